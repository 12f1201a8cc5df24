import { Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn, ForeignIdColumn, ForeignKeyTo, TextColumn } from '../database/columns.js';

/** Groups what a team watches. */
@Entity('projects')
@Index('projects_teamId_nameKey', ['teamId', 'nameKey'], { unique: true })
@Index('projects_teamId', ['teamId', 'id'])
@ForeignKeyTo('projects_team', 'teamId', 'teams')
export class Project {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @TextColumn(80) name: string;
  /** What makes the name unique in the team: see `nameKey`. */
  @TextColumn(160) nameKey: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
