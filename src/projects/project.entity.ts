import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, RefColumn, TextColumn } from '../database/columns.js';

/** Groups what a team watches. */
@Entity('projects')
export class Project {
  @IdColumn() id: string;
  @RefColumn() teamId: string;
  @TextColumn(80) name: string;
  /** What makes the name unique in the team: see `nameKey`. */
  @TextColumn(160) nameKey: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  @InstantColumn() createdAt: Date;
  @InstantColumn() updatedAt: Date;
}
