import { type Ability, isProjectScoped } from '../auth/ability.js';
import {
  AddressNotAllowed,
  ApiKeyDisabled,
  CredentialExpired,
  CredentialRevoked,
} from '../auth/auth.problems.js';
import type { Plan } from '../auth/plan.js';
import type { Reach } from '../auth/project-reach.js';
import type { Role } from '../auth/role.js';
import { toDate } from '../database/row-mapper.js';
import type { Problem } from '../problems/problem.js';
import { isAllowedIp } from './ip-allow-list.js';

/** Everything a request needs to know of its key, in one look-up by the digest of its token. */
export const BY_DIGEST = `
  SELECT k.id, k.name, k.abilities, k.allowedIps, k.projectIds, k.expiresAt, k.revokedAt, k.disabledAt, k.rotatedAt, k.lastUsedAt, k.teamId, k.userId,
         x.validUntil, u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM api_key_tokens x
    JOIN api_keys k ON k.id = x.keyId
    JOIN users u ON u.id = k.userId
    LEFT JOIN memberships m ON m.teamId = k.teamId AND m.userId = k.userId
    JOIN teams t ON t.id = k.teamId
   WHERE x.digest = ?`;

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly abilities: string;
  readonly allowedIps: string;
  readonly projectIds: string | null;
  readonly expiresAt: unknown;
  readonly revokedAt: unknown;
  readonly disabledAt: unknown;
  readonly rotatedAt: unknown;
  readonly lastUsedAt: unknown;
  readonly validUntil: unknown;
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string;
  /** Null for somebody who left the team. */
  readonly role: Role | null;
  readonly readOnly: number;
  readonly teamName: string;
  readonly plan: Plan;
}

/** What a key is used for in vain. */
export type KeyMisuse =
  'api-key.used-after-revocation' | 'api-key.used-while-disabled' | 'api-key.address-refused';

/** Why a token does not work, and what the audit log calls it. No problem: its holder is told nothing of it. */
export interface Refusal {
  readonly misuse: KeyMisuse;
  readonly problem: Problem | null;
  /** The key works; this token of it was replaced by another. */
  readonly isSuperseded?: true;
}

export const projectIdsOf = ({ projectIds }: KeyRow): Reach =>
  projectIds === null ? null : (JSON.parse(projectIds) as string[]);

/** Of a key that is limited to projects only those that can be limited, whatever else it was given. */
export function abilitiesOf({ abilities, projectIds }: KeyRow): Ability[] {
  const given = JSON.parse(abilities) as Ability[];
  return projectIds === null ? given : given.filter(isProjectScoped);
}

export const allowedIpsOf = ({ allowedIps }: KeyRow): string[] =>
  allowedIps === '[]' ? [] : (JSON.parse(allowedIps) as string[]);

/** Why a request from `ip` with this token is refused now, or null where it is not. */
export function refusalOf(row: KeyRow, now: Date, ip: string | null): Refusal | null {
  if (row.role === null) return ended(null);
  const revokedAt = toDate(row.revokedAt);
  if (revokedAt) return ended(revoked(revokedAt));
  const supersededAt = rotatedAway(row, now);
  const expiredAt = endedBefore(row.expiresAt, now);
  if (expiredAt)
    return ended(
      supersededAt ? revoked(supersededAt) : new CredentialExpired('The key has expired.', { expiredAt }),
    );
  const resting = restingOf(row, ip);
  if (!supersededAt) return resting;
  const superseded = ended(revoked(supersededAt));
  return resting ? superseded : { ...superseded, isSuperseded: true };
}

/** Why a key does not work that may work again as it is. */
function restingOf(row: KeyRow, ip: string | null): Refusal | null {
  if (row.disabledAt !== null) return disabled();
  return isAllowedIp(allowedIpsOf(row), ip) ? null : addressRefused(ip);
}

const ended = (problem: Problem | null): Refusal => ({ misuse: 'api-key.used-after-revocation', problem });

const revoked = (revokedAt: Date) =>
  new CredentialRevoked('The key was revoked, or its token rotated away.', { revokedAt });

const disabled = (): Refusal => ({
  misuse: 'api-key.used-while-disabled',
  problem: new ApiKeyDisabled('The key is disabled for now; its owner can enable it.'),
});

const addressRefused = (clientIp: string | null): Refusal => ({
  misuse: 'api-key.address-refused',
  problem: new AddressNotAllowed('The key may not be used from this address.', { clientIp }),
});

function endedBefore(raw: unknown, now: Date): Date | null {
  const end = toDate(raw);
  return end && end <= now ? end : null;
}

/**
 * When the token was rotated away, or null while it works. A token without an overlap ended with the
 * rotation itself, whatever the clock of this process says.
 */
function rotatedAway({ validUntil, rotatedAt }: KeyRow, now: Date): Date | null {
  const end = toDate(validUntil);
  const rotation = toDate(rotatedAt);
  return end && (end <= now || (rotation && end <= rotation)) ? end : null;
}
