import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import {
  BigIntegerColumn,
  LongJsonColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../../database/columns.js';
import { Incident } from './incident.entity.js';
import type { IncidentEventType, TimelineEntry } from './timeline-entry.js';

/** One line of the timeline of an incident. Written once, never changed. */
@Entity('incident_events')
@Index('incident_events_id', ['id'], { unique: true })
@Index('incident_events_incidentId', ['incidentId', 'seq'])
@ForeignKeyTo('incident_events_incident', 'incidentId', () => Incident)
export class IncidentEvent {
  /** The order of the timeline, counted by the database. */
  @PrimaryGeneratedColumn('increment', { type: dialect === 'sqlite' ? 'integer' : 'bigint' }) seq: number;
  @ForeignIdColumn() id: string;
  @ForeignIdColumn() incidentId: string;
  /** Epoch milliseconds. */
  @BigIntegerColumn() at: number;
  @TextColumn(15) type: IncidentEventType;
  /** Null for the system. The name is as it was, and stays when the person leaves. */
  @ForeignIdColumn({ nullable: true }) actorId: string | null;
  @TextColumn(100, { nullable: true }) actorName: string | null;
  /** What it tells beside, by its type. */
  @LongJsonColumn() detail: Omit<TimelineEntry, 'type'>;
}
