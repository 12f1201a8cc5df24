import { Injectable } from '@nestjs/common';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import type { Transaction } from '../database/transactions.js';
import { MembershipsRepository } from './memberships.repository.js';
import { TeamLimitReached } from './teams.problems.js';

/** Each team brings a plan of its own: whoever may make any number of them has no limits at all. */
const MAX_OWNED_TEAMS = 20;

/** How many teams people own. */
@Injectable()
export class OwnedTeams {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly memberships: MembershipsRepository,
  ) {}

  /**
   * Refuses a person one more team of their own where they have as many as they can have. Holds their row until
   * the transaction ends, so that the number stays true. Throws `TeamLimitReached`.
   */
  async requireRoom(tx: Transaction, userId: string): Promise<void> {
    await this.accounts.lock(tx, { id: userId });
    const used = await this.memberships.countOwned(tx, userId);
    if (used < MAX_OWNED_TEAMS) return;
    throw new TeamLimitReached(`A person can own ${MAX_OWNED_TEAMS} teams.`, {
      limit: MAX_OWNED_TEAMS,
      used,
    });
  }
}
