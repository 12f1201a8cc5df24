import { code, id, index, instant, json, nullable, ref, references, table, text } from '../table.js';

/** API keys, and the digest of every token they ever had: one that was rotated away is told from noise. */
export const apiKeyTables = [
  table(
    'api_keys',
    [
      id(),
      ref('teamId'),
      ref('userId'),
      text('name', 80),
      text('nameKey', 160, nullable),
      json('abilities'),
      code('lastEight', 8),
      json('allowedIps'),
      json('projectIds', nullable),
      instant('createdAt'),
      instant('expiresAt', nullable),
      instant('rotatedAt', nullable),
      instant('revokedAt', nullable),
      instant('disabledAt', nullable),
      ref('createdByKeyId', nullable),
      text('createdByKeyName', 80, nullable),
      instant('lastUsedAt', nullable),
      code('lastUsedIp', 45, nullable),
    ],
    [
      index('api_keys_userId', 'userId', 'id'),
      index('api_keys_teamId', 'teamId', 'id'),
      index('api_keys_revokedAt', 'revokedAt'),
      index('api_keys_createdByKeyId', 'createdByKeyId', 'id'),
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
