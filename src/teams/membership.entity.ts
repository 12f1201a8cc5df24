import { Entity, Index } from 'typeorm';
import type { Role } from '../auth/role.js';
import { User } from '../accounts/user.entity.js';
import {
  BooleanColumn,
  IdColumn,
  TimestampColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../database/columns.js';
import { Team } from './team.entity.js';

/** That a person belongs to a team, and as what. */
@Entity('memberships')
@Index('memberships_teamId_userId', ['teamId', 'userId'], { unique: true })
@Index('memberships_ownerOf', ['ownerOf'], { unique: true })
@Index('memberships_userId', ['userId', 'id'])
@Index('memberships_teamId', ['teamId', 'id'])
@ForeignKeyTo('memberships_team', 'teamId', () => Team)
@ForeignKeyTo('memberships_user', 'userId', () => User)
export class Membership {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @ForeignIdColumn() userId: string;
  @TextColumn(10) role: Role;
  /** The team again for its owner, null for everybody else: unique, so that a team never has two owners. */
  @ForeignIdColumn({ nullable: true }) ownerOf: string | null;
  /** Beyond the number of members the plan includes: may read and nothing else. */
  @BooleanColumn() readOnly: boolean;
  @TimestampColumn() createdAt: Date;
}
