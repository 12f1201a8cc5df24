import { dialect } from '../config/dialect.js';

/** The clock of the database, which all processes share: epoch milliseconds, as an expression of SQL. */
export const DATABASE_NOW =
  dialect === 'sqlite'
    ? `CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)`
    : "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000";
