import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';

const verdict = dialect === 'mysql' ? 'varchar(10) CHARACTER SET ascii COLLATE ascii_bin' : 'varchar(10)';
const integer = dialect === 'mysql' ? 'int' : 'integer';

const added = [
  ['check_rollups', 'upMs', integer],
  ['check_rollups', 'downMs', integer],
  ['monitor_states', 'observedVerdict', verdict],
  ['monitor_states', 'observedFrom', 'bigint'],
  ['monitor_states', 'observedUntil', 'bigint'],
] as const;

/** Uptime is of time, and not of checks. Rollups from before keep null: their checks stand for equal shares of them. */
export class ObservedTime1700000024000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of added)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of added.toReversed())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
