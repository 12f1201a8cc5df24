import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { index } from './table.js';

const before = index('audit_events_teamId', 'teamId', 'seq');
const since = index('audit_events_teamId_seq', 'teamId', 'seq', 'at');

/** SQLite lets `INSERT OR REPLACE` remove a row without asking the triggers on `DELETE`. */
const noReplacement = `CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events FOR EACH ROW
  WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id OR seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'The audit log is append-only'); END`;

/**
 * Has an index tell the times of events in the order of the log, so that a stretch of time is found without
 * reading what happened since; lets one event stand for several refusals; and closes a way past the triggers.
 */
export class AuditSearch1700000014000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE audit_events ADD COLUMN count ${dialect === 'sqlite' ? 'integer NOT NULL DEFAULT (1)' : 'int NOT NULL DEFAULT 1'}`,
    );
    await runner.query(
      `ALTER TABLE audit_events ADD COLUMN targets text${dialect === 'mysql' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : ''} NULL`,
    );
    await runner.createIndex('audit_events', since);
    await runner.dropIndex('audit_events', before);
    if (dialect === 'sqlite') await runner.query(noReplacement);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (dialect === 'sqlite') await runner.query('DROP TRIGGER audit_events_no_replace');
    await runner.createIndex('audit_events', before);
    await runner.dropIndex('audit_events', since);
    await runner.query('ALTER TABLE audit_events DROP COLUMN targets');
    await runner.query('ALTER TABLE audit_events DROP COLUMN count');
  }
}
