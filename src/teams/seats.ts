import { Injectable } from '@nestjs/common';
import type { Plan } from '../auth/plan.js';
import type { Transaction } from '../database/transactions.js';
import { planLimits } from '../plans/plan-limits.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Who of a team has one of the seats its plan includes. The owner comes first, then who joined first; the others may only read. */
@Injectable()
export class Seats {
  constructor(private readonly memberships: MembershipsRepository) {}

  /** Gives the seats out anew. The team's row must be locked. */
  async assign(tx: Transaction, teamId: string, plan: Plan): Promise<void> {
    const memberships = await this.memberships.findInTeam(tx, teamId);
    const inOrder = memberships.toSorted((a, b) => Number(b.ownerOf !== null) - Number(a.ownerOf !== null));
    for (const [index, membership] of inOrder.entries()) {
      const readOnly = index >= planLimits[plan].members;
      if (readOnly !== membership.readOnly)
        await this.memberships.update(tx, { id: membership.id }, { readOnly });
    }
  }
}
