import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Plan } from '../auth/plan.js';
import { DeniedAccessRecorder } from '../audit/denied-access-recorder.js';
import { type PlanLimits, planLimits } from './plan-limits.js';
import { PlanLimitReached } from './plans.problems.js';
import { PlansRepository } from './plans.repository.js';
import type { Transaction } from '../database/transactions.js';

type Counted = 'monitors' | 'apiKeys' | 'members';

const nouns: Readonly<Record<Counted, string>> = {
  monitors: 'monitors',
  apiKeys: 'API keys',
  members: 'members',
};

/** Keeps teams within the numbers of their plan, also when many requests come at once. */
@Injectable()
export class Quotas implements OnModuleInit {
  constructor(
    private readonly plans: PlansRepository,
    private readonly deniedAccess: DeniedAccessRecorder,
  ) {}

  /** A full plan is no attempt at what one may not do. */
  onModuleInit(): void {
    this.deniedAccess.overlook(PlanLimitReached);
  }

  /**
   * Makes sure that one more fits, until the transaction ends: whoever else wants one of this team waits
   * for its row. Answers the team's plan. Throws `PlanLimitReached`.
   */
  async requireRoom(
    tx: Transaction,
    teamId: string,
    what: Counted,
    count: () => Promise<number>,
  ): Promise<Plan> {
    const plan = await this.plans.lockTeam(tx, teamId);
    const limit = planLimits[plan][what satisfies keyof PlanLimits];
    const used = await count();
    if (used >= limit)
      throw new PlanLimitReached(
        `The plan ${plan} includes ${limit} ${nouns[what]}, and the team has ${used}.`,
        { limit, used },
      );
    return plan;
  }
}
