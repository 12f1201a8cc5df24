import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOperator, IsNull, LessThan, MoreThan, Raw, Repository } from 'typeorm';
import type { Ability } from '../auth/ability.js';
import type { Plan } from '../auth/plan.js';
import type { Principal } from '../auth/principal.js';
import { reachOf } from '../auth/project-reach.js';
import type { Role } from '../auth/role.js';
import { nameKey } from '../common/name.js';
import { dialect } from '../config/dialect.js';
import { BaseRepository } from '../database/base.repository.js';
import { allOf, type Condition } from '../database/condition.js';
import { toDate } from '../database/row-mapper.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import type { ApiKeyStatus } from './api-key.dto.js';
import type { ListApiKeysDto } from './api-key-input.dto.js';
import { ApiKeyToken } from './api-key-token.entity.js';
import { ApiKey } from './api-key.entity.js';

/** A token with its key, owner and team: everything a request needs to know of its credential. */
export interface TokenHolder {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  readonly userId: string;
  readonly abilities: readonly Ability[];
  readonly allowedIps: readonly string[];
  readonly projectIds: readonly string[] | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly disabledAt: Date | null;
  readonly rotatedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** When rotation ends or ended the token; null for the current one. */
  readonly validUntil: Date | null;
  readonly userName: string;
  /** Null for somebody who left the team. */
  readonly role: Role | null;
  readonly readOnly: boolean;
  readonly teamName: string;
  readonly plan: Plan;
}

type RawRow = Readonly<Record<keyof TokenHolder, unknown>>;

const FIND_BY_DIGEST = `
  SELECT k.id, k.name, k.abilities, k.allowedIps, k.projectIds, k.expiresAt, k.revokedAt, k.disabledAt, k.rotatedAt, k.lastUsedAt, k.teamId, k.userId,
         x.validUntil, u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
    JOIN users u ON u.id = k.userId
    LEFT JOIN memberships m ON m.teamId = k.teamId AND m.userId = k.userId
    JOIN teams t ON t.id = k.teamId
   WHERE x.digest = ?`;

/** Of keys that work. */
const COUNT_NOT_MOVED = `
  SELECT COUNT(DISTINCT k.id) AS count
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
   WHERE x.secretId = ? AND k.revokedAt IS NULL
     AND (k.expiresAt IS NULL OR k.expiresAt > ?) AND (x.validUntil IS NULL OR x.validUntil > ?)`;

const LIVES = 't.revokedAt IS NULL AND (t.expiresAt IS NULL OR t.expiresAt > ?)';

/** API keys and their tokens. */
@Injectable()
export class ApiKeysRepository extends BaseRepository<ApiKey> {
  constructor(
    @InjectRepository(ApiKey) keys: Repository<ApiKey>,
    @InjectRepository(ApiKeyToken) private readonly tokens: Repository<ApiKeyToken>,
    sql: SqlReader,
  ) {
    super(keys, sql);
  }

  /** Whose token has this digest; null for nobody's. */
  async findByDigest(digest: string): Promise<TokenHolder | null> {
    const [row] = await this.sql.query<RawRow>(FIND_BY_DIGEST, [digest]);
    return row ? tokenHolderOf(row) : null;
  }

  /** The same within a transaction. */
  async findByDigestIn({ manager }: Transaction, digest: string): Promise<TokenHolder | null> {
    const [row] = await manager.query<Array<RawRow>>(FIND_BY_DIGEST, [digest]);
    return row ? tokenHolderOf(row) : null;
  }

  /** A key that reaches no project that the caller does not. */
  findReached(by: Principal, id: string): Promise<ApiKey | null> {
    const { where, values } = allOf([['t.id = ?', id], ...keysReachedBy(by)]);
    return this.sql.selectOne(ApiKey, where, values);
  }

  /** The same, held until the transaction ends. */
  lockReached(tx: Transaction, by: Principal, id: string): Promise<ApiKey | null> {
    return this.lock(tx, { id, ...whereReachedBy(by) });
  }

  /** The keys that a key made and that are not revoked, as far as the caller reaches them. */
  findMadeBy(tx: Transaction, by: Principal, id: string): Promise<ApiKey[]> {
    return this.findAll(tx, { createdByKeyId: id, ...whereReachedBy(by), revokedAt: IsNull() });
  }

  /** The keys of a person in a team that are not revoked. */
  findOwnedBy(tx: Transaction, teamId: string, userId: string): Promise<ApiKey[]> {
    return this.findAll(tx, { teamId, userId, revokedAt: IsNull() });
  }

  /** How many keys of a team are not revoked. */
  count(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId, revokedAt: IsNull() });
  }

  /** The keys that `query` asks for, newest first: one's own of all teams, a key's of its team, or all of the team. */
  listing(by: Principal, query: ListApiKeysDto, now: Date): Listing<ApiKey> {
    const { owner = 'me', q, createdByKey, projectId, status } = query;
    const { usedSince, unusedSince, expiresBefore, expiresAfter } = query;
    const conditions: Condition[] = [
      owner === 'team' ? ['t.teamId = ?', by.teamId] : ['t.userId = ?', by.userId],
      hasStatus(status, now),
      ...keysReachedBy(by),
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

  async insertToken({ manager }: Transaction, token: ApiKeyToken): Promise<void> {
    await manager.withRepository(this.tokens).insert(token);
  }

  /** Ends the tokens of earlier rotations `at`, and the current one when `validUntil` says. */
  async endTokens({ manager }: Transaction, keyId: string, at: Date, validUntil: Date): Promise<void> {
    const tokens = manager.withRepository(this.tokens);
    await tokens.update({ keyId, validUntil: MoreThan(at) }, { validUntil: at });
    await tokens.update({ keyId, validUntil: IsNull() }, { validUntil });
  }

  /** Replaces the digest of a token by one under another master secret. */
  async moveDigest({ manager }: Transaction, from: string, to: Pick<ApiKeyToken, 'digest' | 'secretId'>) {
    await manager.withRepository(this.tokens).update({ digest: from }, to);
  }

  /** How many keys work only while the master secret `secretId` is known. */
  async countNotMoved(secretId: string | null, now: Date): Promise<number> {
    const [row] = await this.sql.query<{ count: number | string }>(COUNT_NOT_MOVED, [secretId, now, now]);
    return Number(row!.count);
  }

  /** Forgets keys that were revoked before `limit`, and tokens that ended before. */
  async deleteEndedBefore(tx: Transaction, limit: Date): Promise<void> {
    await this.delete(tx, { revokedAt: LessThan(limit) });
    await tx.manager.withRepository(this.tokens).delete({ validUntil: LessThan(limit) });
  }
}

function tokenHolderOf(row: RawRow): TokenHolder {
  const listOf = (json: unknown) => (json === '[]' ? [] : JSON.parse(json as string));
  return {
    ...(row as TokenHolder),
    abilities: listOf(row.abilities),
    allowedIps: listOf(row.allowedIps),
    projectIds: row.projectIds === null ? null : listOf(row.projectIds),
    expiresAt: toDate(row.expiresAt),
    revokedAt: toDate(row.revokedAt),
    disabledAt: toDate(row.disabledAt),
    rotatedAt: toDate(row.rotatedAt),
    lastUsedAt: toDate(row.lastUsedAt),
    validUntil: toDate(row.validUntil),
    readOnly: Boolean(row.readOnly),
  };
}

function hasStatus(status: ApiKeyStatus | undefined, now: Date): Condition {
  if (status === 'revoked') return ['t.revokedAt IS NOT NULL'];
  if (status === 'expired') return ['t.revokedAt IS NULL AND t.expiresAt <= ?', now];
  if (status === 'disabled') return [`${LIVES} AND t.disabledAt IS NOT NULL`, now];
  if (status === 'active') return [`${LIVES} AND t.disabledAt IS NULL`, now];
  return ['t.revokedAt IS NULL'];
}

/** That the list of `column` has nothing that the list `own` has not. A key that reaches all of the team has no list. */
const within = (column: string, own: string): string =>
  dialect === 'sqlite'
    ? `(${column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(${column}) e WHERE e.value NOT IN (SELECT o.value FROM json_each(${own}) o)))`
    : `JSON_CONTAINS(${own}, ${column})`;

/**
 * That a key of table `t` reaches no project that the caller does not, to stand beside the team in a `where`: a key
 * is a thing of the projects it is limited to. Nothing for a caller who reaches all.
 */
export function keysReachedBy(by: Principal): Condition[] {
  const reach = reachOf(by);
  return reach === null ? [] : [[within('t.projectIds', '?'), JSON.stringify(reach)]];
}

/** The same for what TypeORM finds. */
function whereReachedBy(by: Principal): { projectIds?: FindOperator<string> } {
  const reach = reachOf(by);
  if (reach === null) return {};
  return { projectIds: Raw((column) => within(column, ':reach'), { reach: JSON.stringify(reach) }) };
}
