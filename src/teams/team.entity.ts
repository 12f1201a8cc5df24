import { Entity } from 'typeorm';
import type { Plan } from '../auth/plan.js';
import { IdColumn, TimestampColumn, IntegerColumn, TextColumn } from '../database/columns.js';

/** A workspace: owns everything that is watched, and whoever belongs to it. */
@Entity('teams')
export class Team {
  @IdColumn() id: string;
  @TextColumn(80) name: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  @TextColumn(20) plan: Plan;
  /** How many days an API key lives at most, from when it is made or renewed; null for as long as it likes. */
  @IntegerColumn({ nullable: true }) maxKeyLifetimeDays: number | null;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
