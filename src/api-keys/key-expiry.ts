import { validationFailed } from '../http/validation.pipe.js';
import { latestExpiry } from '../plans/key-lifetime.js';
import type { Transaction } from '../database/transactions.js';

/** What is known of a key's expiry: what is asked for, what it is where nothing is, and since when it counts. */
interface Expiry {
  /** As the caller wrote it; null for never. */
  readonly asked: string | null | undefined;
  readonly otherwise: Date | null;
  readonly at: Date;
}

/**
 * When a key of the team ends that is made or renewed now. What is asked for must be in the future and within the
 * team's maximum lifetime, or else is refused; what is not asked for is cut down to it.
 */
export async function expiryOf(
  tx: Transaction,
  teamId: string,
  { asked, otherwise, at }: Expiry,
): Promise<Date | null> {
  const latest = await latestExpiry(tx, teamId, at);
  if (asked === undefined) return latest && isBeyond(otherwise, latest) ? latest : otherwise;
  const wanted = asked === null ? null : new Date(asked);
  if (wanted && wanted <= at) throw refused('future', 'expiresAt must be in the future.');
  if (latest && isBeyond(wanted, latest))
    throw refused('max-lifetime', `The team lets keys live until ${latest.toISOString()} at most.`);
  return wanted;
}

/** Whether a key that expires `end`, null for never, works longer than until `limit`. */
export const isBeyond = (end: Date | null, limit: Date): boolean => end === null || end > limit;

const refused = (code: string, message: string) => validationFailed({ pointer: '/expiresAt', code, message });
