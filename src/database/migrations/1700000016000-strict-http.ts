import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';

const boolean = dialect === 'mysql' ? 'tinyint' : 'boolean';

/** Whether a monitor refuses a response that is not as RFC 9112 has it. Those that there are do not. */
export class StrictHttp1700000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE monitors ADD COLUMN strictHttp ${boolean} NOT NULL DEFAULT 0`);
    if (dialect === 'mysql') await runner.query('ALTER TABLE monitors ALTER COLUMN strictHttp DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE monitors DROP COLUMN strictHttp');
  }
}
