import { IsNull, Not } from 'typeorm';
import { User } from '../accounts/user.entity.js';
import { findLocked } from '../database/locks.js';
import { Membership } from './membership.entity.js';
import { TeamLimitReached } from './teams.problems.js';
import type { Transaction } from '../database/transactions.js';

/** Each team brings a plan of its own: whoever may make any number of them has no limits at all. */
export const MAX_OWNED_TEAMS = 20;

/**
 * Refuses a person one more team of their own where they have as many as they can have. Holds their row until
 * the transaction ends, so that the number stays true. Throws `TeamLimitReached`.
 */
export async function requireRoomToOwn({ manager }: Transaction, userId: string): Promise<void> {
  await findLocked(manager, User, { id: userId });
  const used = await manager.countBy(Membership, { userId, ownerOf: Not(IsNull()) });
  if (used < MAX_OWNED_TEAMS) return;
  throw new TeamLimitReached(`A person can own ${MAX_OWNED_TEAMS} teams.`, { limit: MAX_OWNED_TEAMS, used });
}
