import type { KeyLimits, Principal } from '../auth/principal.js';
import { isWithinReach } from '../auth/project-reach.js';
import { KeyLimitsExceeded } from './api-keys.problems.js';
import { isWithinNetworks } from './ip-allow-list.js';

/** What of a key's limits another key would exceed. */
export type ExceededLimit = keyof KeyLimits;

/**
 * In what `wanted` reaches beyond `own`: works longer, from more addresses, or on more projects. A key makes and changes no
 * key beyond its own limits, or else one that leaks could free itself of them.
 */
export function exceededLimits(own: KeyLimits, wanted: KeyLimits): ExceededLimit[] {
  const isLonger = own.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > own.expiresAt);
  return [
    ...(isLonger ? (['expiresAt'] as const) : []),
    ...(isWithinNetworks(wanted.allowedIps, own.allowedIps) ? [] : (['allowedIps'] as const)),
    ...(isWithinReach(wanted.projectIds, own.projectIds) ? [] : (['projectIds'] as const)),
  ];
}

/** Throws `KeyLimitsExceeded` where `by` is a key that `wanted` reaches beyond. */
export function requireWithinLimits(by: Principal, wanted: KeyLimits): void {
  const exceeding = by.keyLimits ? exceededLimits(by.keyLimits, wanted) : [];
  if (exceeding.length > 0)
    throw new KeyLimitsExceeded(
      `Your key is bounded in ${exceeding.join(' and ')}, and this reaches beyond it.`,
      { exceeding },
    );
}
