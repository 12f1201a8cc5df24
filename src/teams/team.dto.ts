import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { Plan } from '../auth/plan.js';
import { Role } from '../auth/role.js';
import { DescriptionField, NameField, Nullable, Optional } from '../http/fields.js';
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
  /**
   * How many days an API key lives at most, from when it is made, rotated or given another expiry; null for no
   * limit. Keys that are there already are kept as they are until then: `GET /v1/api-keys?owner=team&expiresAfter=...`
   * shows those that live longer.
   * @example 90
   */
  @ApiProperty({ type: 'integer', nullable: true })
  maxKeyLifetimeDays: number | null;
  createdAt: Date;
  updatedAt: Date;

  static from({ id, name, description, plan, maxKeyLifetimeDays, createdAt, updatedAt }: Team): TeamDto {
    const team = { id, name, description, plan, maxKeyLifetimeDays, createdAt, updatedAt };
    return Object.assign(new TeamDto(), team);
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

  /**
   * How many days an API key lives at most, 1 to 3650; null for no limit.
   * @example null
   */
  @ApiProperty({ type: 'integer', required: false, nullable: true, minimum: 1, maximum: 3650, example: null })
  @Nullable()
  @Max(3650)
  @Min(1)
  @IsInt()
  maxKeyLifetimeDays?: number | null;
}
