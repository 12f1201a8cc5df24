import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Ability } from '../access/ability.js';
import { requireAbilities } from '../access/abilities.guard.js';
import type { Principal } from '../access/principal.js';
import { type Change, Changes } from '../audit/changes.js';
import { fieldChanges, initialFields } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { lastEight, mintToken } from '../crypto/token.js';
import { Reads } from '../database/reads.js';
import { type Condition, type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { invalid } from '../http/validation.pipe.js';
import { requirePlan } from '../plans/plan.guard.js';
import { Quotas } from '../plans/quotas.js';
import {
  ApiKeyDto,
  CreatedApiKeyDto,
  type CreateApiKeyDto,
  type ListApiKeysDto,
  type UpdateApiKeyDto,
} from './api-key.dto.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyRevoked } from './api-keys.problems.js';
import { exceedingAbilities, expandAbilities } from './escalation.js';
import { inheritedLimits, requireWithinLimits } from './key-limits.js';
import { escalation, keyNotFound, keyTarget, lockManaged, lockOwn, mayManage } from './key-ownership.js';
import { KeyTokens } from './key-tokens.js';

@Injectable()
export class ApiKeysService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
    private readonly changes: Changes,
    private readonly quotas: Quotas,
    private readonly tokens: KeyTokens,
    private readonly clock: Clock,
  ) {}

  /** Creates a key in the caller's team. Its token is in the answer and nowhere else. */
  async create(by: Principal, input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    const token = mintToken('key');
    const key = await this.changes.run(by, async (change) => {
      const row = this.newKey(change, input, token);
      await this.quotas.claim(change.manager, by.teamId, 'apiKeys', () =>
        change.manager.countBy(ApiKey, { teamId: by.teamId, revokedAt: IsNull() }),
      );
      await change.manager.insert(ApiKey, row);
      await this.tokens.insert(change, row.id, token);
      change.record('api-key.created', keyTarget(row), {
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
    if (!key || !mayManage(by, key)) throw keyNotFound(id);
    return this.present(key);
  }

  update(by: Principal, id: string, input: UpdateApiKeyDto, ifMatch?: string): Promise<ApiKeyDto> {
    return this.changes.runAlone(by, async (change) => {
      const key = await lockOwn(change, id);
      expectMatch(ifMatch, this.present(key));
      if (key.revokedAt) throw new ApiKeyRevoked('A revoked key cannot be changed.');
      const updated = { ...key, ...input };
      requireWithinLimits(change.by, updated);
      if (Object.keys(input).length > 0) await change.manager.update(ApiKey, { id }, input);
      change.record('api-key.updated', keyTarget(updated), {
        teamId: key.teamId,
        changes: fieldChanges(key, updated, ['name', 'allowedIps']),
      });
      return this.present(updated);
    });
  }

  /** Revokes a key at once and for good. The row stays as a tombstone. */
  revoke(by: Principal, id: string, ifMatch?: string): Promise<void> {
    return this.changes.runAlone(by, async (change) => {
      const key = await lockManaged(change, id);
      expectMatch(ifMatch, this.present(key));
      if (key.revokedAt) throw keyNotFound(id);
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
    change.record('api-key.revoked', keyTarget(key), { teamId: key.teamId });
  }

  /** A key as its maker may make it now. Throws where they may not. */
  private newKey({ by, at }: Change<Principal>, input: CreateApiKeyDto, token: string): ApiKey {
    requirePlan(by.plan, ({ apiKeys }) => apiKeys > 0, 'API keys');
    const abilities = grantable(by, input);
    const asked = { expiresAt: this.futureOrNull(input.expiresAt), allowedIps: input.allowedIps };
    const { expiresAt, allowedIps } = inheritedLimits(by, asked);
    requireWithinLimits(by, { expiresAt, allowedIps });
    return {
      id: newId('key'),
      teamId: by.teamId,
      userId: by.userId,
      name: input.name,
      abilities,
      allowedIps: [...allowedIps],
      expiresAt,
      lastEight: lastEight(token),
      createdAt: at,
      rotatedAt: null,
      revokedAt: null,
      lastUsedAt: null,
      lastUsedIp: null,
    };
  }

  private futureOrNull(expiresAt: string | null | undefined): Date | null | undefined {
    if (expiresAt === null || expiresAt === undefined) return expiresAt;
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

function grantable(by: Principal, { abilities: requested }: CreateApiKeyDto): Ability[] {
  const creator = { abilities: by.abilities, isKey: by.keyId !== null };
  const abilities = expandAbilities(creator, requested);
  const exceeding = exceedingAbilities(creator, abilities);
  if (exceeding.length > 0) throw escalation(exceeding);
  return abilities;
}
