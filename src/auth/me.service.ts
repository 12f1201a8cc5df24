import { Injectable } from '@nestjs/common';
import { allAbilities } from '../access/ability.js';
import type { Principal } from '../access/principal.js';
import { Reads } from '../database/reads.js';
import { planLimits } from '../plans/plan-limits.js';
import type { MeDto } from './me.dto.js';

const USED = `
  SELECT (SELECT COUNT(*) FROM monitors WHERE teamId = ?) AS monitors,
         (SELECT COUNT(*) FROM memberships WHERE teamId = ?) AS members,
         (SELECT COUNT(*) FROM api_keys WHERE teamId = ? AND revokedAt IS NULL) AS apiKeys`;

type Used = Record<'monitors' | 'members' | 'apiKeys', number | string>;

@Injectable()
export class MeService {
  constructor(private readonly reads: Reads) {}

  async get(by: Principal): Promise<MeDto> {
    const { actor, userId, teamId, teamName, role, plan: name, abilities } = by;
    const [used] = await this.reads.query<Used>(USED, [teamId, teamId, teamId]);
    const { apiAccess, intervals, historyDays, requestsPerMinute, ...limits } = planLimits[name];
    const usage = (what: keyof Used) => ({ limit: limits[what], used: Number(used![what]) });
    return {
      type: by.keyId === null ? 'user' : 'api-key',
      user: { id: userId, name: actor.name ?? '' },
      apiKey: actor.via,
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
