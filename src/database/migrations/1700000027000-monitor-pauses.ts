import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';

/** Checks that are under way when their monitor is paused speak for no time after that. */
export class MonitorPauses1700000027000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'monitor_states', { name: 'pausedAt', type: 'bigint', isNullable: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'monitor_states', 'pausedAt');
  }
}
