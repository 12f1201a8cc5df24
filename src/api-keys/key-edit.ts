import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { fieldChanges } from '../audit/field-changes.js';
import { nameKey } from '../common/name.js';
import { throwIfInvalid } from '../http/validation.pipe.js';
import { statusOf } from './api-key.dto.js';
import type { UpdateApiKeyDto } from './api-key-input.dto.js';
import type { ApiKey } from './api-key.entity.js';
import { ApiKeyExpired, ApiKeyRevoked } from './api-keys.problems.js';
import { KeyExpiry } from './key-expiry.js';
import { requireWithinLimits } from './key-limits.js';
import { keyTarget } from './key-ownership.js';
import { KeyProjects, unlimitableIssues } from './key-projects.js';

type KeyEdit = Pick<ApiKey, 'name' | 'nameKey' | 'allowedIps' | 'projectIds' | 'expiresAt' | 'disabledAt'>;

/**
 * Whether an edit does no more than a revocation could: disables a key, or has a person enable it. A key enables
 * only what it could also rotate.
 */
export const isSwitch = (by: Principal, input: UpdateApiKeyDto): boolean =>
  Object.keys(input).join() === 'disabled' && (input.disabled === true || by.keyId === null);

@Injectable()
export class KeyEdits {
  constructor(
    private readonly expiry: KeyExpiry,
    private readonly projects: KeyProjects,
  ) {}

  /** What a key becomes by `input`. Throws where its state, the caller's limits or the team's maximum lifetime refuse it. */
  async of(tx: AuditedTransaction<Principal>, key: ApiKey, input: UpdateApiKeyDto): Promise<KeyEdit> {
    const { by, at } = tx;
    const { name = key.name, allowedIps = key.allowedIps, expiresAt: asked, disabled } = input;
    if (key.revokedAt) throw new ApiKeyRevoked('A revoked key cannot be changed.');
    if (asked !== undefined && statusOf(key, at) === 'expired')
      throw new ApiKeyExpired('The expiry of an expired key cannot be changed.');
    const expiresAt =
      asked === undefined
        ? key.expiresAt
        : await this.expiry.of(tx, key.teamId, { asked, otherwise: null, at });
    const projectIds = input.projectIds === undefined ? key.projectIds : input.projectIds;
    if (asked !== undefined || input.allowedIps !== undefined || input.projectIds !== undefined)
      requireWithinLimits(by, { expiresAt, allowedIps, projectIds });
    if (input.projectIds) {
      const strangers = await this.projects.issues(tx, key.teamId, input.projectIds, key.projectIds);
      throwIfInvalid([...unlimitableIssues(key.abilities), ...strangers]);
    }
    const disabledAt = disabled === undefined ? key.disabledAt : disabled ? (key.disabledAt ?? at) : null;
    return { name, nameKey: nameKey(name), allowedIps, projectIds, expiresAt, disabledAt };
  }
}

/** Tells the audit log: a key that begins or ceases to rest has an event of its own. */
export function recordEdit(tx: AuditedTransaction, before: ApiKey, after: ApiKey): void {
  const changes = fieldChanges(before, after, ['name', 'allowedIps', 'projectIds', 'expiresAt']);
  const details = { teamId: after.teamId };
  const isSwitched = (before.disabledAt === null) !== (after.disabledAt === null);
  if (isSwitched)
    tx.record(after.disabledAt ? 'api-key.disabled' : 'api-key.enabled', keyTarget(after), details);
  if (changes.length > 0 || !isSwitched)
    tx.record('api-key.updated', keyTarget(after), { ...details, changes });
}
