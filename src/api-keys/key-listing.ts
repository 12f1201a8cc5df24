import type { Principal } from '../auth/principal.js';
import { nameKey } from '../common/name.js';
import type { Condition } from '../database/condition.js';
import type { Listing } from '../http/listing.js';
import type { ApiKeyStatus } from './api-key.dto.js';
import type { ListApiKeysDto } from './api-key-input.dto.js';
import { ApiKey } from './api-key.entity.js';
import { keysWithinReach } from './key-reach.js';

/** The keys that `query` asks for, newest first: one's own of all teams, a key's of its team, or all of the team. */
export function keyListing(by: Principal, query: ListApiKeysDto, now: Date): Listing<ApiKey> {
  const {
    owner = 'me',
    status,
    q,
    createdByKey,
    projectId,
    usedSince,
    unusedSince,
    expiresBefore,
    expiresAfter,
  } = query;
  const conditions: Condition[] = [
    owner === 'team' ? ['t.teamId = ?', by.teamId] : ['t.userId = ?', by.userId],
    hasStatus(status, now),
    ...keysWithinReach(by),
  ];
  if (owner === 'me' && by.keyId !== null) conditions.push(['t.teamId = ?', by.teamId]);
  if (q !== undefined) conditions.push(['INSTR(t.nameKey, ?) > 0', nameKey(q)]);
  if (createdByKey !== undefined) conditions.push(['t.createdByKeyId = ?', createdByKey]);
  if (projectId !== undefined) conditions.push(['INSTR(t.projectIds, ?) > 0', JSON.stringify(projectId)]);
  if (usedSince !== undefined) conditions.push(['t.lastUsedAt >= ?', new Date(usedSince)]);
  if (unusedSince !== undefined)
    conditions.push(['(t.lastUsedAt IS NULL OR t.lastUsedAt < ?)', new Date(unusedSince)]);
  if (expiresBefore !== undefined) conditions.push(['t.expiresAt < ?', new Date(expiresBefore)]);
  if (expiresAfter !== undefined)
    conditions.push(['(t.expiresAt IS NULL OR t.expiresAt >= ?)', new Date(expiresAfter)]);
  return { entity: ApiKey, conditions, orderBy: ['id'], descending: true };
}

const LIVES = 't.revokedAt IS NULL AND (t.expiresAt IS NULL OR t.expiresAt > ?)';

function hasStatus(status: ApiKeyStatus | undefined, now: Date): Condition {
  if (status === 'revoked') return ['t.revokedAt IS NOT NULL'];
  if (status === 'expired') return ['t.revokedAt IS NULL AND t.expiresAt <= ?', now];
  if (status === 'disabled') return [`${LIVES} AND t.disabledAt IS NOT NULL`, now];
  if (status === 'active') return [`${LIVES} AND t.disabledAt IS NULL`, now];
  return ['t.revokedAt IS NULL'];
}
