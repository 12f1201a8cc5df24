import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Plan } from '../access/plan.js';
import { Denials } from '../audit/denials.js';
import { dialect } from '../config/dialect.js';
import { type PlanLimits, planLimits } from './plan-limits.js';
import { PlanLimitReached } from './plans.problems.js';

type Counted = 'monitors' | 'apiKeys' | 'members';

const nouns: Readonly<Record<Counted, string>> = {
  monitors: 'monitors',
  apiKeys: 'API keys',
  members: 'members',
};

const LOCK_TEAM = `SELECT plan FROM teams WHERE id = ?${dialect === 'mysql' ? ' FOR UPDATE' : ''}`;

/** Keeps teams within the numbers of their plan, also when many requests come at once. */
@Injectable()
export class Quotas implements OnModuleInit {
  constructor(private readonly denials: Denials) {}

  /** A full plan is no attempt at what one may not do. */
  onModuleInit(): void {
    this.denials.overlook(PlanLimitReached);
  }

  /**
   * Makes sure that one more fits, until the transaction ends: whoever else wants one of this team waits
   * for its row. Throws `PlanLimitReached`.
   */
  async claim(
    manager: EntityManager,
    teamId: string,
    what: Counted,
    count: () => Promise<number>,
  ): Promise<void> {
    const [team] = await manager.query<Array<{ plan: Plan }>>(LOCK_TEAM, [teamId]);
    const plan = team?.plan ?? Plan.Free;
    const limit = planLimits[plan][what satisfies keyof PlanLimits];
    const used = await count();
    if (used >= limit)
      throw new PlanLimitReached(
        `The plan ${plan} includes ${limit} ${nouns[what]}, and the team has ${used}.`,
        { limit, used },
      );
  }
}
