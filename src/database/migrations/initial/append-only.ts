import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { dialect } from '../../../config/dialect.js';

const refusal = 'The audit log is append-only';

/**
 * MySQL may not let an ordinary account create
 * triggers while the binary log is on (error 1419): the log is then protected by the program alone.
 */
async function refuse(runner: QueryRunner, operation: 'UPDATE' | 'DELETE'): Promise<void> {
  const head = `CREATE TRIGGER audit_events_no_${operation.toLowerCase()} BEFORE ${operation} ON audit_events FOR EACH ROW`;
  try {
    await runner.query(
      dialect === 'sqlite'
        ? `${head} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`
        : `${head} SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${refusal}'`,
    );
  } catch (error) {
    if ((error as { errno?: number }).errno !== 1419) throw error;
    new Logger('Migrations').warn(
      'The database does not let this account create triggers (error 1419): nothing but the program keeps the audit log append-only.',
    );
  }
}

/** SQLite lets `INSERT OR REPLACE` remove a row without asking the triggers on `DELETE`. */
const noReplacement = `CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events FOR EACH ROW
  WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id OR seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'The audit log is append-only'); END`;

/** Lets the database itself refuse to change, replace or delete events of the audit log. */
export async function makeAppendOnly(runner: QueryRunner): Promise<void> {
  await refuse(runner, 'UPDATE');
  await refuse(runner, 'DELETE');
  if (dialect === 'sqlite') await runner.query(noReplacement);
}
