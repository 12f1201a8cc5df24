import { Injectable } from '@nestjs/common';
import { allAbilities } from '../auth/ability.js';
import type { Principal } from '../auth/principal.js';
import { reachOf, withinReach } from '../auth/project-reach.js';
import { keysWithinReach } from '../api-keys/key-reach.js';
import { allOf, type Condition } from '../database/condition.js';
import { SqlReader } from '../database/sql-reader.js';
import { planLimits } from '../plans/plan-limits.js';
import type { MeDto } from './me.dto.js';

/** What the team has of each, as far as the caller reaches. */
function counted(by: Principal): { sql: string; values: unknown[] } {
  const team: Condition = ['t.teamId = ?', by.teamId];
  const counts = Object.entries({
    monitors: ['monitors', allOf([team, ...withinReach(by, 't.projectId')])],
    members: ['memberships', allOf([team])],
    apiKeys: ['api_keys', allOf([team, ['t.revokedAt IS NULL'], ...keysWithinReach(by)])],
  } as const);
  const columns = counts.map(
    ([name, [table, { where }]]) => `(SELECT COUNT(*) FROM ${table} t WHERE ${where}) AS ${name}`,
  );
  return { sql: `SELECT ${columns.join(', ')}`, values: counts.flatMap(([, [, { values }]]) => values) };
}

type Used = Record<'monitors' | 'members' | 'apiKeys', number | string>;

@Injectable()
export class MeService {
  constructor(private readonly reads: SqlReader) {}

  async get(by: Principal): Promise<MeDto> {
    const { actor, userId, teamId, teamName, role, plan: name, abilities } = by;
    const { sql, values } = counted(by);
    const [used] = await this.reads.query<Used>(sql, values);
    const reach = reachOf(by);
    const { apiAccess, intervals, historyDays, requestsPerMinute, ...limits } = planLimits[name];
    const usage = (what: keyof Used) => ({ limit: limits[what], used: Number(used![what]) });
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
