import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';

const type = dialect === 'mysql' ? 'varchar(64) CHARACTER SET ascii COLLATE ascii_bin' : 'varchar(64)';

/** Which token a retryable request was sent with: a rotation may be repeated with the token that it ended. */
export class RetriesOfRotations1700000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_records ADD COLUMN tokenDigest ${type} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_records DROP COLUMN tokenDigest');
  }
}
