import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { type DataSource, QueryFailedError } from 'typeorm';
import { dialect } from '../config/dialect.js';
import { toSqlite } from './row-mapper.js';
import { mysqlPoolOf, sqliteConnectionOf } from './typeorm-internals.js';

type Row = Record<string, unknown>;

/** Executes statements that read, straight on the driver: what TypeORM lays around each costs more than the look-up. */
export interface PreparedStatements {
  execute(sql: string, values: readonly unknown[]): Promise<Row[]>;
}

export const preparedStatementsOf = (source: DataSource): PreparedStatements =>
  dialect === 'sqlite' ? new SqliteStatements(source) : new MysqlStatements(source);

/** How many prepared statements are kept: lists with all their filters make some hundreds. */
const MAX_PREPARED = 500;

/** A statement of SQLite. One that reads gives lists of values, and has the names of its columns. */
export interface Prepared {
  readonly statement: Statement;
  readonly columns: readonly string[];
}

const prepared = new WeakMap<DataSource, LRUCache<string, Prepared>>();

/** Prepared once for each connection: those used last are kept. */
export function prepare(source: DataSource, sql: string): Prepared {
  let statements = prepared.get(source);
  if (!statements) prepared.set(source, (statements = new LRUCache({ max: MAX_PREPARED })));
  let found = statements.get(sql);
  if (!found) {
    const statement = sqliteConnectionOf(source).prepare(sql);
    const columns = statement.reader
      ? statement
          .raw()
          .columns()
          .map(({ name }) => name)
      : [];
    statements.set(sql, (found = { statement, columns }));
  }
  return found;
}

/** Rows come as lists of values and are named here: that takes half the time of the driver's own objects. */
export function named(columns: readonly string[], values: readonly unknown[]): Row {
  const row: Row = {};
  for (let i = 0; i < columns.length; i += 1) row[columns[i]!] = values[i];
  return row;
}

class SqliteStatements implements PreparedStatements {
  constructor(private readonly source: DataSource) {}

  async execute(sql: string, values: readonly unknown[]): Promise<Row[]> {
    this.source.logger.logQuery(sql, values as unknown[]);
    try {
      const { statement, columns } = prepare(this.source, sql);
      return (statement.all(...values.map(toSqlite)) as unknown[][]).map((row) => named(columns, row));
    } catch (error) {
      throw new QueryFailedError(sql, values as unknown[], error as Error);
    }
  }
}

/** Prepared on the server: it parses and plans a statement once a connection. */
class MysqlStatements implements PreparedStatements {
  constructor(private readonly source: DataSource) {}

  execute(sql: string, values: readonly unknown[]): Promise<Row[]> {
    this.source.logger.logQuery(sql, values as unknown[]);
    const pool = mysqlPoolOf(this.source);
    return new Promise((resolve, reject) => {
      if (!pool) throw new Error('Pool is closed.');
      pool.execute(sql, values as never[], (error, rows) => {
        if (error) reject(new QueryFailedError(sql, values as unknown[], error));
        else resolve(rows as Row[]);
      });
    });
  }
}
