import { Injectable } from '@nestjs/common';
import { type Ability, isProjectScoped } from '../auth/ability.js';
import type { Principal } from '../auth/principal.js';
import { reachOf } from '../auth/project-reach.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { newId } from '../common/id.js';
import { nameKey } from '../common/name.js';
import { tokenSuffix } from '../crypto/token.js';
import { throwIfInvalid } from '../http/validation.pipe.js';
import { requirePlan } from '../plans/plan.guard.js';
import type { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyDto } from './api-key-input.dto.js';
import { exceedingAbilities, expandAbilities } from './escalation.js';
import { KeyExpiry } from './key-expiry.js';
import { requireWithinLimits } from './key-limits.js';
import { abilityEscalation } from './key-ownership.js';
import { KeyProjects, teamWideIssues } from './key-projects.js';

@Injectable()
export class NewKeys {
  constructor(
    private readonly expiry: KeyExpiry,
    private readonly projects: KeyProjects,
  ) {}

  /** A key as its maker may make it now. What it does not ask for it has from the key that makes it. Throws where they may not. */
  async make(tx: AuditedTransaction<Principal>, input: CreateApiKeyDto, token: string): Promise<ApiKey> {
    const { by, at } = tx;
    requirePlan(by.plan, ({ apiKeys }) => apiKeys > 0, 'API keys');
    const projectIds = input.projectIds === undefined ? reachOf(by) : input.projectIds;
    const abilities = grantable(by, input);
    const otherwise = by.keyLimits?.expiresAt ?? null;
    const limits = {
      expiresAt: await this.expiry.of(tx, by.teamId, { asked: input.expiresAt, otherwise, at }),
      allowedIps: [...(input.allowedIps ?? by.keyLimits?.allowedIps ?? [])],
      projectIds: projectIds && [...projectIds],
    };
    requireWithinLimits(by, limits);
    const strangers = await this.projects.issues(tx, by.teamId, input.projectIds, null);
    throwIfInvalid([...(projectIds ? teamWideIssues(input.abilities) : []), ...strangers]);
    return {
      id: newId('key'),
      teamId: by.teamId,
      userId: by.userId,
      name: input.name,
      nameKey: nameKey(input.name),
      abilities: projectIds ? abilities.filter(isProjectScoped) : abilities,
      ...limits,
      lastEight: tokenSuffix(token),
      createdAt: at,
      rotatedAt: null,
      revokedAt: null,
      disabledAt: null,
      createdByKeyId: by.actor.via?.id ?? null,
      createdByKeyName: by.actor.via?.name ?? null,
      lastUsedAt: null,
      lastUsedIp: null,
    };
  }
}

function grantable(by: Principal, { abilities: requested }: CreateApiKeyDto): Ability[] {
  const creator = { abilities: by.abilities, isKey: by.keyId !== null };
  const abilities = expandAbilities(creator, requested);
  const exceeding = exceedingAbilities(creator, abilities);
  if (exceeding.length > 0) throw abilityEscalation(exceeding);
  return abilities;
}
