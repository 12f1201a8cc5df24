import { Entity, Index } from 'typeorm';
import { IdColumn, TimestampColumn, ForeignIdColumn, ForeignKeyTo, TextColumn } from '../database/columns.js';
import type { Recurrence } from './recurrence.js';

/** When somebody works on what is watched, so that nothing is to be made of failing checks. */
@Entity('maintenance_windows')
@Index('maintenance_windows_teamId', ['teamId', 'id'])
@Index('maintenance_windows_teamId_lastEndsAt', ['teamId', 'lastEndsAt', 'id'])
@Index('maintenance_windows_lastEndsAt', ['lastEndsAt'])
@ForeignKeyTo('maintenance_windows_team', 'teamId', 'teams')
export class MaintenanceWindow {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @TextColumn(120) title: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  /** Of the first occurrence, as `endsAt` is. */
  @TimestampColumn() startsAt: Date;
  @TimestampColumn() endsAt: Date;
  @TextColumn(10) recurrence: Recurrence;
  /** IANA. */
  @TextColumn(64) timeZone: string;
  /** No occurrence begins after it; null for no last one. */
  @TimestampColumn({ nullable: true }) until: Date | null;
  /** When it was ended early; null while it was not. */
  @TimestampColumn({ nullable: true }) endedAt: Date | null;
  /** What follows from the others: when it is over for good. `NEVER` where it recurs without end. */
  @TimestampColumn() lastEndsAt: Date;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
