import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { Ability, missingAbilities } from '../access/ability.js';
import { requireAbilities } from '../access/abilities.guard.js';
import { AbilityEscalation } from '../access/access.problems.js';
import type { Principal } from '../access/principal.js';
import { type Change, Changes, type Target } from '../audit/changes.js';
import { type FieldChange, fieldChanges, initialFields, redactedChange } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { Secrets } from '../crypto/secrets.js';
import { lastEight, mintToken } from '../crypto/token.js';
import { findLocked } from '../database/locks.js';
import { Reads } from '../database/reads.js';
import { type Condition, type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { invalid } from '../http/validation.pipe.js';
import { requirePlan } from '../plans/plan.guard.js';
import { Quotas } from '../plans/quotas.js';
import { NotFound } from '../problems/common.problems.js';
import {
  ApiKeyDto,
  CreatedApiKeyDto,
  type CreateApiKeyDto,
  type ListApiKeysDto,
  statusOf,
  type UpdateApiKeyDto,
} from './api-key.dto.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyToken } from './api-key-token.entity.js';
import { ApiKeyExpired, ApiKeyNotOwn, ApiKeyRevoked } from './api-keys.problems.js';
import { exceedingAbilities, expandAbilities } from './escalation.js';

const target = ({ id, name }: Pick<ApiKey, 'id' | 'name'>): Target => ({ type: 'api-key', id, name });

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
    private readonly changes: Changes,
    private readonly quotas: Quotas,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Creates a key in the caller's team. Its token is in the answer and nowhere else. */
  async create(by: Principal, input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    requirePlan(by.plan, ({ apiKeys }) => apiKeys > 0, 'API keys');
    const abilities = this.grantable(by, input);
    const expiresAt = this.futureOrNull(input.expiresAt);
    const token = mintToken('key');

    const key = await this.changes.run(by, async (change) => {
      await this.quotas.claim(change.manager, by.teamId, 'apiKeys', () =>
        change.manager.countBy(ApiKey, { teamId: by.teamId, revokedAt: IsNull() }),
      );
      const { name, allowedIps = [] } = input;
      const row = {
        id: newId('key'),
        teamId: by.teamId,
        userId: by.userId,
        name,
        abilities,
        allowedIps,
        expiresAt,
        lastEight: lastEight(token),
        createdAt: change.at,
        rotatedAt: null,
        revokedAt: null,
        lastUsedAt: null,
        lastUsedIp: null,
      };
      await change.manager.insert(ApiKey, row);
      await this.insertToken(change, row.id, token);
      change.record('api-key.created', target(row), {
        changes: initialFields(row, ['name', 'abilities', 'allowedIps', 'expiresAt', 'lastEight']),
      });
      return row;
    });
    return CreatedApiKeyDto.of(this.present(key), token);
  }

  /** The caller's own keys in all teams, or everybody's of the current team, newest first. */
  async list(by: Principal, query: ListApiKeysDto): Promise<Page<ApiKeyDto>> {
    const { owner = 'me', status } = query;
    if (owner === 'team') requireAbilities(by, [Ability.MembersWrite]);
    const whose: Condition = owner === 'team' ? ['t.teamId = ?', by.teamId] : ['t.userId = ?', by.userId];
    const visible = by.keyId !== null && owner === 'me' ? [['t.teamId = ?', by.teamId] as Condition] : [];
    const conditions = [whose, ...visible, this.hasStatus(status)];
    return this.pages.read(
      by,
      { entity: ApiKey, conditions, orderBy: ['id'], descending: true },
      query,
      (key) => this.present(key),
    );
  }

  /** One of the caller's own keys or, for those who manage members, any of the team. */
  async get(by: Principal, id: string): Promise<ApiKeyDto> {
    const key = await this.reads.selectOne(ApiKey, 't.id = ?', [id]);
    if (!key || !mayManage(by, key)) throw notFound(id);
    return this.present(key);
  }

  update(by: Principal, id: string, input: UpdateApiKeyDto, ifMatch?: string): Promise<ApiKeyDto> {
    return this.changes.run(by, async (change) => {
      const key = await this.lockOwn(change, by, id);
      expectMatch(ifMatch, this.present(key));
      if (key.revokedAt) throw new ApiKeyRevoked('A revoked key cannot be changed.');
      const updated = { ...key, ...input };
      if (Object.keys(input).length > 0) await change.manager.update(ApiKey, { id }, input);
      change.record('api-key.updated', target(updated), {
        teamId: key.teamId,
        changes: fieldChanges(key, updated, ['name', 'allowedIps']),
      });
      return this.present(updated);
    });
  }

  /** Gives a key a new token. The old one ends now, or after the overlap, but never later than the key. */
  async rotate(by: Principal, id: string, overlapSeconds = 0): Promise<CreatedApiKeyDto> {
    const token = mintToken('key');
    const key = await this.changes.run(by, async (change) => {
      const held = await this.lockOwn(change, by, id);
      const status = statusOf(held, change.at);
      if (status === 'revoked') throw new ApiKeyRevoked('A revoked key cannot be rotated.');
      if (status === 'expired') throw new ApiKeyExpired('An expired key cannot be rotated.');
      await this.endTokens(change, held, overlapSeconds);
      await this.insertToken(change, id, token);
      const rotated = { lastEight: lastEight(token), rotatedAt: change.at };
      await change.manager.update(ApiKey, { id }, rotated);
      change.record('api-key.rotated', target(held), {
        teamId: held.teamId,
        changes: rotationChanges(held.lastEight, rotated.lastEight, overlapSeconds),
      });
      return { ...held, ...rotated };
    });
    return CreatedApiKeyDto.of(this.present(key), token);
  }

  /** Revokes a key at once and for good. The row stays as a tombstone. */
  revoke(by: Principal, id: string, ifMatch?: string): Promise<void> {
    return this.changes.run(by, async (change) => {
      const key = await this.lock(change, by, id);
      expectMatch(ifMatch, this.present(key));
      if (key.revokedAt) throw notFound(id);
      await this.end(change, key);
    });
  }

  /** Revokes all keys a person has in a team, within a change that ends their membership. */
  async revokeAllOf(change: Change, teamId: string, userId: string): Promise<void> {
    const keys = await change.manager.findBy(ApiKey, { teamId, userId, revokedAt: IsNull() });
    for (const key of keys) await this.end(change, key);
  }

  private async end(change: Change, key: ApiKey): Promise<void> {
    await change.manager.update(ApiKey, { id: key.id }, { revokedAt: change.at });
    change.record('api-key.revoked', target(key), { teamId: key.teamId });
  }

  /** Ends the tokens of earlier rotations now, and the current one after the overlap. */
  private async endTokens({ manager, at }: Change, key: ApiKey, overlapSeconds: number): Promise<void> {
    const overlapEnd = new Date(at.getTime() + overlapSeconds * 1000);
    const validUntil = key.expiresAt && key.expiresAt < overlapEnd ? key.expiresAt : overlapEnd;
    await manager.update(ApiKeyToken, { keyId: key.id, validUntil: MoreThan(at) }, { validUntil: at });
    await manager.update(ApiKeyToken, { keyId: key.id, validUntil: IsNull() }, { validUntil });
  }

  private async insertToken({ manager, at }: Change, keyId: string, token: string): Promise<void> {
    await manager.insert(ApiKeyToken, {
      digest: this.secrets.tokenDigest(token),
      secretId: this.secrets.secretId,
      keyId,
      createdAt: at,
      validUntil: null,
    });
  }

  private async lock(change: Change, by: Principal, id: string): Promise<ApiKey> {
    const key = await findLocked(change.manager, ApiKey, { id });
    if (!key || !mayManage(by, key)) throw notFound(id);
    return key;
  }

  /**
   * A key that its owner changes or rotates. Who only manages members may see and revoke it, but not get a
   * token to act as somebody else; and a key gets no hold of one that can do more than itself.
   */
  private async lockOwn(change: Change, by: Principal, id: string): Promise<ApiKey> {
    const key = await this.lock(change, by, id);
    if (key.userId !== by.userId)
      throw new ApiKeyNotOwn('Only its owner can change or rotate an API key; you can revoke it.');
    const exceeding =
      by.keyId === null || by.keyId === id ? [] : missingAbilities(by.abilities, key.abilities);
    if (exceeding.length > 0) throw escalation(exceeding);
    return key;
  }

  private grantable(by: Principal, { abilities: requested }: CreateApiKeyDto): Ability[] {
    const creator = { abilities: by.abilities, isKey: by.keyId !== null };
    const abilities = expandAbilities(creator, requested);
    const exceeding = exceedingAbilities(creator, abilities);
    if (exceeding.length > 0) throw escalation(exceeding);
    return abilities;
  }

  private futureOrNull(expiresAt: string | null | undefined): Date | null {
    if (expiresAt === null || expiresAt === undefined) return null;
    const instant = new Date(expiresAt);
    if (instant <= this.clock.now())
      throw invalid({ pointer: '/expiresAt', code: 'future', message: 'expiresAt must be in the future.' });
    return instant;
  }

  private hasStatus(status: ListApiKeysDto['status']): Condition {
    if (status === 'revoked') return ['t.revokedAt IS NOT NULL'];
    if (status === 'expired') return ['t.revokedAt IS NULL AND t.expiresAt <= ?', this.clock.now()];
    if (status === 'active')
      return ['t.revokedAt IS NULL AND (t.expiresAt IS NULL OR t.expiresAt > ?)', this.clock.now()];
    return ['t.revokedAt IS NULL'];
  }

  private present(key: ApiKey): ApiKeyDto {
    return ApiKeyDto.from(key, this.clock.now());
  }
}

const escalation = (exceeding: Ability[]) =>
  new AbilityEscalation(`You cannot give ${exceeding.join(', ')}.`, { required: exceeding, exceeding });

const notFound = (id: string) => new NotFound(`There is no API key ${id}.`);

/** A person manages their own keys in every team, a key those of its team; who manages members, all of the team. */
const mayManage = (by: Principal, { teamId, userId }: ApiKey): boolean =>
  (userId === by.userId && (by.keyId === null || teamId === by.teamId)) ||
  (teamId === by.teamId && by.abilities.has(Ability.MembersWrite));

const rotationChanges = (from: string, to: string, overlapSeconds: number): FieldChange[] => [
  redactedChange('token'),
  { field: 'lastEight', from, to },
  { field: 'overlapSeconds', from: null, to: overlapSeconds },
];
