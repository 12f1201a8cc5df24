import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';

const mysql = dialect === 'mysql';
const text = (length: number) =>
  `varchar(${length})${mysql ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : ''} NULL`;

const columns = [
  ['nameKey', text(160)],
  ['disabledAt', mysql ? 'datetime(3) NULL' : 'datetime NULL'],
  ['createdByKeyId', text(40)],
  ['createdByKeyName', text(80)],
] as const;

/** The key of a name as it is made at this version: what `nameKey` did. */
const nameKey = (name: string): string => name.normalize('NFC').trim().toLowerCase().replace(/\s+/gu, ' ');

const BATCH = 500;

async function fillNameKeys(runner: QueryRunner): Promise<void> {
  for (let found = BATCH; found === BATCH;) {
    const keys: Array<{ id: string; name: string }> = await runner.query(
      `SELECT id, name FROM api_keys WHERE nameKey IS NULL LIMIT ${BATCH}`,
    );
    for (const { id, name } of keys)
      await runner.query('UPDATE api_keys SET nameKey = ? WHERE id = ?', [nameKey(name), id]);
    found = keys.length;
  }
}

/** Keys that rest for a while, and which key made a key. */
export class KeyManagement1700000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, type] of columns) await runner.query(`ALTER TABLE api_keys ADD COLUMN ${name} ${type}`);
    await fillNameKeys(runner);
    await runner.query('CREATE INDEX api_keys_createdByKeyId ON api_keys (createdByKeyId, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX api_keys_createdByKeyId${mysql ? ' ON api_keys' : ''}`);
    for (const [name] of columns.toReversed()) await runner.query(`ALTER TABLE api_keys DROP COLUMN ${name}`);
  }
}
