import { Injectable } from '@nestjs/common';
import type { Plan } from '../auth/plan.js';
import { planLimits } from '../plans/plan-limits.js';
import { Membership } from './membership.entity.js';
import type { Transaction } from '../database/transactions.js';

/** Who of a team has one of the seats its plan includes. The owner comes first, then who joined first; the others may only read. */
@Injectable()
export class Seats {
  /** Gives the seats out anew. The team's row must be locked. */
  async assign({ manager }: Transaction, teamId: string, plan: Plan): Promise<void> {
    const memberships = await manager.find(Membership, { where: { teamId }, order: { id: 'ASC' } });
    const inOrder = memberships.toSorted((a, b) => Number(b.ownerOf !== null) - Number(a.ownerOf !== null));
    for (const [index, membership] of inOrder.entries()) {
      const readOnly = index >= planLimits[plan].members;
      if (readOnly !== membership.readOnly)
        await manager.update(Membership, { id: membership.id }, { readOnly });
    }
  }
}
