import { Plan } from '../access/plan.js';
import { Role } from '../access/role.js';
import { DescriptionField, NameField, Optional } from '../http/fields.js';
import type { Team } from './team.entity.js';

export class TeamDto {
  /** @example "team_01jd8x0000f3b9s0d2m8c5p1rk" */
  id: string;
  /** @example "Analytical Engines" */
  name: string;
  /** @example "Everything that computes" */
  description: string | null;
  /** @example "team" */
  plan: Plan;
  createdAt: Date;
  updatedAt: Date;

  static from({ id, name, description, plan, createdAt, updatedAt }: Team): TeamDto {
    return Object.assign(new TeamDto(), { id, name, description, plan, createdAt, updatedAt });
  }
}

/** A team, and what the caller is in it. */
export class OwnTeamDto extends TeamDto {
  /** @example "owner" */
  role: Role;

  static of(team: Team, role: Role): OwnTeamDto {
    return Object.assign(new OwnTeamDto(), TeamDto.from(team), { role });
  }
}

export class OwnTeamPageDto {
  data: OwnTeamDto[];
  /** Always null: all teams are on one page. */
  nextCursor: string | null;
}

export class CreateTeamDto {
  /** @example "Analytical Engines" */
  @NameField(80)
  name: string;

  /** @example "Everything that computes" */
  @DescriptionField()
  description?: string | null;
}

export class UpdateTeamDto {
  /** @example "Analytical Engines Ltd" */
  @Optional()
  @NameField(80)
  name?: string;

  /** @example "Everything that computes" */
  @DescriptionField()
  description?: string | null;
}
