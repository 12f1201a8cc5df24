import { type Ability, isProjectScoped } from '../auth/ability.js';
import {
  AddressNotAllowed,
  ApiKeyDisabled,
  CredentialExpired,
  CredentialRevoked,
} from '../auth/auth.problems.js';
import type { Problem } from '../problems/problem.js';
import type { TokenHolder } from './api-keys.repository.js';
import { isAllowedIp } from './ip-allow-list.js';

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

/** Of a key that is limited to projects only those that can be limited, whatever else it was given. */
export const abilitiesOf = ({ abilities, projectIds }: TokenHolder): readonly Ability[] =>
  projectIds === null ? abilities : abilities.filter(isProjectScoped);

/** Why a request from `ip` with this token is refused now, or null where it is not. */
export function refusalOf(row: TokenHolder, now: Date, ip: string | null): Refusal | null {
  if (row.role === null) return ended(null);
  if (row.revokedAt) return ended(revoked(row.revokedAt));
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
function restingOf(row: TokenHolder, ip: string | null): Refusal | null {
  if (row.disabledAt !== null) return disabled();
  return isAllowedIp(row.allowedIps, ip) ? null : addressRefused(ip);
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

const endedBefore = (end: Date | null, now: Date): Date | null => (end && end <= now ? end : null);

/**
 * When the token was rotated away, or null while it works. A token without an overlap ended with the
 * rotation itself, whatever the clock of this process says.
 */
const rotatedAway = ({ validUntil, rotatedAt }: TokenHolder, now: Date): Date | null =>
  validUntil && (validUntil <= now || (rotatedAt && validUntil <= rotatedAt)) ? validUntil : null;
