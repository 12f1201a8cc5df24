import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';

const type = dialect === 'mysql' ? 'int' : 'integer';

/** How long API keys of a team may live. */
export class KeyLifetime1700000012000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE teams ADD COLUMN maxKeyLifetimeDays ${type} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE teams DROP COLUMN maxKeyLifetimeDays');
  }
}
