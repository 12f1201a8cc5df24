import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bigInteger, id, json, table } from './table.js';

/** Where the processes of this installation listen, and what else they keep closed. */
export class ProcessEndpoints1700000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table('process_endpoints', [id(), json('endpoints'), bigInteger('seenUntil')]));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('process_endpoints');
  }
}
