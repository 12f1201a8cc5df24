import { Entity } from 'typeorm';
import type { Plan } from '../access/plan.js';
import { IdColumn, InstantColumn, TextColumn } from '../database/columns.js';

/** A workspace: owns everything that is watched, and whoever belongs to it. */
@Entity('teams')
export class Team {
  @IdColumn() id: string;
  @TextColumn(80) name: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  @TextColumn(20) plan: Plan;
  @InstantColumn() createdAt: Date;
  @InstantColumn() updatedAt: Date;
}
