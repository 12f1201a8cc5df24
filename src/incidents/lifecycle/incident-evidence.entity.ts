import { Entity, PrimaryColumn } from 'typeorm';
import { LongJsonColumn, ForeignKeyTo } from '../../database/columns.js';
import type { CheckSnapshot } from './check-snapshot.js';
import { Incident } from './incident.entity.js';

/** The checks that opened an incident: too long to be read with lists. */
@Entity('incident_evidence')
@ForeignKeyTo('incident_evidence_incident', 'incidentId', () => Incident)
export class IncidentEvidence {
  @PrimaryColumn('varchar', { length: 40 }) incidentId: string;
  /** In the order they were made. None where no single check opened it. */
  @LongJsonColumn() checks: CheckSnapshot[];
}
