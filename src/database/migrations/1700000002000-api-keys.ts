import type { MigrationInterface, QueryRunner } from 'typeorm';
import { code, id, index, instant, json, nullable, ref, references, table, text } from './table.js';

const tables = [
  table(
    'api_keys',
    [
      id(),
      ref('teamId'),
      ref('userId'),
      text('name', 80),
      json('abilities'),
      code('lastEight', 8),
      json('allowedIps'),
      instant('createdAt'),
      instant('expiresAt', nullable),
      instant('rotatedAt', nullable),
      instant('revokedAt', nullable),
      instant('lastUsedAt', nullable),
      code('lastUsedIp', 45, nullable),
    ],
    [
      index('api_keys_userId', 'userId', 'id'),
      index('api_keys_teamId', 'teamId', 'id'),
      index('api_keys_revokedAt', 'revokedAt'),
      references('api_keys_team', 'teamId', 'teams'),
      references('api_keys_user', 'userId', 'users'),
    ],
  ),
  table(
    'api_key_tokens',
    [
      { ...code('digest', 64), isPrimary: true },
      code('secretId', 16),
      ref('keyId'),
      instant('createdAt'),
      instant('validUntil', nullable),
    ],
    [
      index('api_key_tokens_keyId', 'keyId'),
      index('api_key_tokens_validUntil', 'validUntil'),
      references('api_key_tokens_key', 'keyId', 'api_keys'),
    ],
  ),
];

/** API keys, and the digest of every token they ever had: one that was rotated away is told from noise. */
export class ApiKeys1700000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
