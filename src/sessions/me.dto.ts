import { ApiProperty } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { Plan } from '../auth/plan.js';
import { Role } from '../auth/role.js';

/** Where something counts against the plan: of monitors and API keys what the caller's key reaches. */
export class UsageDto {
  /** @example 50 */
  @ApiProperty({ type: 'integer' })
  limit: number;
  /** @example 3 */
  @ApiProperty({ type: 'integer' })
  used: number;
}

export class PlanUsageDto {
  /** @example "starter" */
  name: Plan;
  /** Whether API keys work. */
  apiAccess: boolean;
  monitors: UsageDto;
  members: UsageDto;
  apiKeys: UsageDto;
  /**
   * The intervals a monitor may have, in seconds.
   * @example [60, 120, 300, 600, 900, 1800, 3600]
   */
  @ApiProperty({ type: 'integer', isArray: true })
  intervalsSeconds: number[];
  /**
   * How long checks are kept, in days.
   * @example 30
   */
  @ApiProperty({ type: 'integer' })
  historyDays: number;
  /**
   * For each API key.
   * @example 120
   */
  @ApiProperty({ type: 'integer' })
  requestsPerMinute: number;
}

export class MeUserDto {
  /** @example "usr_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Ada Lovelace" */
  name: string;
}

export class MeKeyDto {
  /** @example "key_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "CI deploys" */
  name: string;
  /**
   * The projects it is limited to, which may have been deleted; null: all of the team.
   * @example ["prj_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  @ApiProperty({ type: [String], nullable: true })
  projectIds: string[] | null;
}

export class MeTeamDto {
  /** @example "team_01jd8x0000f3b9s0d2m8c5p1rk" */
  id: string;
  /** @example "Analytical Engines" */
  name: string;
}

/** Who the caller is, and what it may do now. */
export class MeDto {
  /** @example "api-key" */
  type: 'user' | 'api-key';
  /** The person; of a key its owner. */
  user: MeUserDto;
  /** The key of the request; null for a session. */
  apiKey: MeKeyDto | null;
  team: MeTeamDto;
  role: Role;
  /**
   * What the caller may do now: what the key holds, as far as the role and the plan allow it.
   * @example ["monitors:read", "monitors:write", "checks:read"]
   */
  abilities: Ability[];
  plan: PlanUsageDto;
}
