import { Injectable } from '@nestjs/common';
import { allAbilities } from '../auth/ability.js';
import type { Principal } from '../auth/principal.js';
import { reachOf } from '../auth/project-reach.js';
import { planLimits } from '../plans/plan-limits.js';
import type { MeDto } from './me.dto.js';
import { type PlanUsage, SessionsRepository } from './sessions.repository.js';

@Injectable()
export class MeService {
  constructor(private readonly sessions: SessionsRepository) {}

  async get(by: Principal): Promise<MeDto> {
    const { actor, userId, teamId, teamName, role, plan: name, abilities } = by;
    const used = await this.sessions.usageOf(by);
    const reach = reachOf(by);
    const { apiAccess, intervals, historyDays, requestsPerMinute, ...limits } = planLimits[name];
    const usage = (what: keyof PlanUsage) => ({ limit: limits[what], used: used[what] });
    return {
      type: by.keyId === null ? 'user' : 'api-key',
      user: { id: userId, name: actor.name ?? '' },
      apiKey: actor.via && { ...actor.via, projectIds: reach && [...reach] },
      team: { id: teamId, name: teamName },
      role,
      abilities: allAbilities.filter((ability) => abilities.has(ability)),
      plan: {
        name,
        apiAccess,
        monitors: usage('monitors'),
        members: usage('members'),
        apiKeys: usage('apiKeys'),
        intervalsSeconds: [...intervals],
        historyDays,
        requestsPerMinute,
      },
    };
  }
}
