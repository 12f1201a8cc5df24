import { Entity } from 'typeorm';
import type { Role } from '../access/role.js';
import { BooleanColumn, IdColumn, InstantColumn, RefColumn, TextColumn } from '../database/columns.js';

/** That a person belongs to a team, and as what. */
@Entity('memberships')
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
