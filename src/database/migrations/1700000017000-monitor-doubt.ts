import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when the checks of a monitor tell nothing. */
export class MonitorDoubt1700000017000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE monitor_states ADD COLUMN doubtedSince bigint NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE monitor_states DROP COLUMN doubtedSince');
  }
}
