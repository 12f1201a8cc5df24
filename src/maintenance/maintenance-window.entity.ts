import { Entity, Index } from 'typeorm';
import { IdColumn, InstantColumn, RefColumn, References, TextColumn } from '../database/columns.js';
import type { Recurrence } from './recurrence.js';

/** When somebody works on what is watched, so that nothing is to be made of failing checks. */
@Entity('maintenance_windows')
@Index('maintenance_windows_teamId', ['teamId', 'id'])
@Index('maintenance_windows_teamId_lastEndsAt', ['teamId', 'lastEndsAt', 'id'])
@Index('maintenance_windows_lastEndsAt', ['lastEndsAt'])
@References('maintenance_windows_team', 'teamId', 'teams')
export class MaintenanceWindow {
  @IdColumn() id: string;
  @RefColumn() teamId: string;
  @TextColumn(120) title: string;
  @TextColumn(500, { nullable: true }) description: string | null;
  /** Of the first occurrence, as `endsAt` is. */
  @InstantColumn() startsAt: Date;
  @InstantColumn() endsAt: Date;
  @TextColumn(10) recurrence: Recurrence;
  /** IANA. */
  @TextColumn(64) timeZone: string;
  /** No occurrence begins after it; null for no last one. */
  @InstantColumn({ nullable: true }) until: Date | null;
  /** When it was ended early; null while it was not. */
  @InstantColumn({ nullable: true }) endedAt: Date | null;
  /** What follows from the others: when it is over for good. `NEVER` where it recurs without end. */
  @InstantColumn() lastEndsAt: Date;
  @InstantColumn() createdAt: Date;
  @InstantColumn() updatedAt: Date;
}
