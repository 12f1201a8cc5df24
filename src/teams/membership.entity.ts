import { Entity, Index } from 'typeorm';
import type { Role } from '../auth/role.js';
import { User } from '../accounts/user.entity.js';
import {
  BooleanColumn,
  IdColumn,
  InstantColumn,
  RefColumn,
  References,
  TextColumn,
} from '../database/columns.js';
import { Team } from './team.entity.js';

/** That a person belongs to a team, and as what. */
@Entity('memberships')
@Index('memberships_teamId_userId', ['teamId', 'userId'], { unique: true })
@Index('memberships_ownerOf', ['ownerOf'], { unique: true })
@Index('memberships_userId', ['userId', 'id'])
@Index('memberships_teamId', ['teamId', 'id'])
@References('memberships_team', 'teamId', () => Team)
@References('memberships_user', 'userId', () => User)
export class Membership {
  @IdColumn() id: string;
  @RefColumn() teamId: string;
  @RefColumn() userId: string;
  @TextColumn(10) role: Role;
  /** The team again for its owner, null for everybody else: unique, so that a team never has two owners. */
  @RefColumn({ nullable: true }) ownerOf: string | null;
  /** Beyond the number of members the plan includes: may read and nothing else. */
  @BooleanColumn() readOnly: boolean;
  @InstantColumn() createdAt: Date;
}
