import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from './add-column.js';
import { json, nullable } from './table.js';

/** Keys that are limited to projects. Without the column they would reach all of their team, so it does not go without them. */
export class KeyProjects1700000026000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'api_keys', json('projectIds', nullable));
  }

  async down(runner: QueryRunner): Promise<void> {
    const now = new Date().toISOString().replace('T', ' ').slice(0, -1);
    await runner.query(
      'UPDATE api_keys SET revokedAt = ? WHERE projectIds IS NOT NULL AND revokedAt IS NULL',
      [now],
    );
    await dropColumn(runner, 'api_keys', 'projectIds');
  }
}
