import { ApiProperty } from '@nestjs/swagger';
import { type Ability, abilityDescriptions, allAbilities, isProjectScoped } from './ability.js';
import { Role, roleAbilities } from './role.js';

export class AbilityDto {
  @ApiProperty({ enum: allAbilities, example: 'monitors:read' })
  name: Ability;
  /** @example "See monitors, their settings and their status." */
  description: string;
  /**
   * The roles that have it.
   * @example ["owner", "admin", "member", "viewer"]
   */
  @ApiProperty({ enum: Object.values(Role), isArray: true })
  roles: Role[];
  /** Whether a key that is limited to projects can have it. The others are about the team as a whole. */
  projectScoped: boolean;
}

export class AbilityPageDto {
  data: AbilityDto[];
  /** Always null: the catalogue is on one page. */
  nextCursor: string | null;
}

/** The whole catalogue. */
export const abilityCatalogue: AbilityDto[] = allAbilities.map((name) => ({
  name,
  description: abilityDescriptions[name],
  roles: Object.values(Role).filter((role) => roleAbilities[role].has(name)),
  projectScoped: isProjectScoped(name),
}));
