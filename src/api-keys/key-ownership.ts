import { Injectable } from '@nestjs/common';
import { Ability, missingAbilities } from '../auth/ability.js';
import { AbilityEscalation } from '../auth/auth.problems.js';
import type { Principal } from '../auth/principal.js';
import type { AuditedTransaction, Target } from '../audit/audited-transactions.js';
import { NotFound } from '../problems/common.problems.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyNotOwn } from './api-keys.problems.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { requireWithinLimits } from './key-limits.js';

export const keyTarget = ({ id, name }: Pick<ApiKey, 'id' | 'name'>): Target => ({
  type: 'api-key',
  id,
  name,
});

export const keyNotFound = (id: string) => new NotFound(`There is no API key ${id}.`);

export const abilityEscalation = (exceeding: readonly Ability[]) =>
  new AbilityEscalation(`You cannot give ${exceeding.join(', ')}.`, { required: exceeding, exceeding });

/** Who may do what with a key. */
@Injectable()
export class KeyOwnership {
  constructor(private readonly keys: ApiKeysRepository) {}

  /** A key that the caller may see. Throws `NotFound`. */
  async find(by: Principal, id: string): Promise<ApiKey> {
    const key = await this.keys.findReached(by, id);
    if (!key || !mayManage(by, key)) throw keyNotFound(id);
    return key;
  }

  /** A key that the caller may see and revoke, held for a change. Throws `NotFound`. */
  async lockManageable(tx: AuditedTransaction<Principal>, id: string): Promise<ApiKey> {
    const key = await this.keys.lockReached(tx, tx.by, id);
    if (!key || !mayManage(tx.by, key)) throw keyNotFound(id);
    return key;
  }

  /**
   * A key that its owner changes or rotates, held for a change. Who only manages members may see and revoke
   * it, but not get a token to act as somebody else; and a key gets no hold of one that can do more than itself.
   */
  async lockOwned(tx: AuditedTransaction<Principal>, id: string): Promise<ApiKey> {
    const { by } = tx;
    const key = await this.lockManageable(tx, id);
    if (key.userId !== by.userId)
      throw new ApiKeyNotOwn('Only its owner can change or rotate an API key; you can revoke it.');
    if (by.keyId === null || by.keyId === id) return key;
    const exceeding = missingAbilities(by.abilities, key.abilities);
    if (exceeding.length > 0) throw abilityEscalation(exceeding);
    requireWithinLimits(by, key);
    return key;
  }
}

/** A person manages their own keys in every team, a key those of its team; who manages members, all of the team. */
const mayManage = (by: Principal, { teamId, userId }: ApiKey): boolean =>
  (userId === by.userId && (by.keyId === null || teamId === by.teamId)) ||
  (teamId === by.teamId && by.abilities.has(Ability.MembersWrite));
