import { Entity, Index } from 'typeorm';
import type { Priority } from '../../alert-rules/alert-rule.entity.js';
import {
  BigIntegerColumn,
  BooleanColumn,
  IdColumn,
  IntegerColumn,
  JsonColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../../database/columns.js';
import type { LatestIncident, NotifiedState } from './transitions.js';
import type { ResolutionReason } from './timeline-entry.js';

export const incidentStatuses = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

/** The statuses of an incident that goes on. */
export const unresolved = ['open', 'acknowledged'] as const satisfies readonly IncidentStatus[];

/**
 * That a rule found something wrong with a monitor. It refers to neither, and has the names of both as they
 * were: it stays readable when they are gone. Times are epoch milliseconds. Columns whose type here has no null
 * are null in no row, also where they were added later and the database would take it.
 */
@Entity('incidents')
@Index('incidents_openKey', ['openKey'], { unique: true })
@Index('incidents_teamId', ['teamId', 'openedAt', 'id'])
@Index('incidents_teamId_status', ['teamId', 'status', 'openedAt', 'id'])
@Index('incidents_teamId_severity', ['teamId', 'severity', 'openedAt', 'id'])
@Index('incidents_teamId_monitorId', ['teamId', 'monitorId', 'openedAt', 'id'])
@Index('incidents_teamId_ruleId', ['teamId', 'ruleId', 'openedAt', 'id'])
@Index('incidents_ruleId', ['ruleId', 'monitorId', 'lastOpenedAt'])
@Index('incidents_monitorId', ['monitorId', 'openKey'])
@Index('incidents_teamId_settled', ['teamId', 'settled'])
@Index('incidents_ruleId_settled', ['ruleId', 'settled'])
@Index('incidents_monitorId_settled', ['monitorId', 'settled'])
@Index('incidents_monitorId_updatedAt', ['monitorId', 'updatedAt'])
@ForeignKeyTo('incidents_team', 'teamId', 'teams')
export class Incident {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @ForeignIdColumn() monitorId: string;
  @TextColumn(120) monitorName: string;
  @TextColumn(2000) monitorUrl: string;
  @ForeignIdColumn() ruleId: string;
  @TextColumn(80) ruleName: string;
  @TextColumn(250) title: string;
  @TextColumn(12) status: IncidentStatus;
  @TextColumn(10) severity: Priority;
  /** See `openKeyOf`; null once it is resolved. That it is unique keeps a second one from being opened. */
  @TextColumn(90, { nullable: true }) openKey: string | null;
  /** When the first of the checks was made that matched in a row. */
  @BigIntegerColumn() startedAt: number;
  /** When the check ended that opened it. */
  @BigIntegerColumn() openedAt: number;
  /** When it was opened, or opened again. */
  @BigIntegerColumn() lastOpenedAt: number;
  /** The last word that was told of it, whether there were channels to hear it. `unstable` while it is flapping. */
  @TextColumn(10, { nullable: true }) lastWord: NotifiedState;
  /** When that was told. */
  @BigIntegerColumn({ nullable: true }) lastToldAt: number;
  /** Whether it is over and nobody is owed the word that it is. */
  @BooleanColumn({ nullable: true }) settled: boolean;
  /** The channels that take it for open, because that is the last they were told; null for none. */
  @JsonColumn({ nullable: true }) toldChannelIds: string[] | null;
  @BigIntegerColumn({ nullable: true }) acknowledgedAt: number | null;
  @ForeignIdColumn({ nullable: true }) acknowledgedById: string | null;
  @TextColumn(100, { nullable: true }) acknowledgedByName: string | null;
  @BigIntegerColumn({ nullable: true }) resolvedAt: number | null;
  /** Null for the system. */
  @ForeignIdColumn({ nullable: true }) resolvedById: string | null;
  @TextColumn(100, { nullable: true }) resolvedByName: string | null;
  /** The same as `resolvedAt` where checks resolved it. */
  @BigIntegerColumn({ nullable: true }) autoResolvedAt: number | null;
  /** Why it is over; null while it is not, and where it was resolved before this was written down. */
  @TextColumn(20, { nullable: true }) resolution: ResolutionReason | null;
  /** Since when it has been good while it is flapping; null while it is not. */
  @BigIntegerColumn({ nullable: true }) goodSince: number | null;
  @IntegerColumn() reopenCount: number;
  @TextColumn(2000, { nullable: true }) rootCause: string | null;
  /** Of the check that opened it, in short. All null where no single check did. */
  @BigIntegerColumn({ nullable: true }) checkAt: number | null;
  @IntegerColumn({ nullable: true }) checkStatusCode: number | null;
  @TextColumn(30, { nullable: true }) checkError: string | null;
  @TextColumn(500, { nullable: true }) checkDetail: string | null;
  @BigIntegerColumn() updatedAt: number;
}

/** What messages say of a check. */
export interface CheckSummary {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly detail: string | null;
}

/** The check that opened it; null where no single check did. */
export const openingCheckOf = (incident: Incident): CheckSummary | null =>
  incident.checkAt === null
    ? null
    : {
        at: incident.checkAt,
        statusCode: incident.checkStatusCode,
        error: incident.checkError,
        detail: incident.checkDetail,
      };

/** What an unresolved incident is found by: there is never more than one of a rule and a monitor. */
export const openKeyOf = (ruleId: string, monitorId: string): string => `${ruleId}:${monitorId}`;

/** An incident as far as it decides about what comes next. */
export const latestOf = (incident: Incident): LatestIncident => ({
  id: incident.id,
  isOpen: incident.status !== 'resolved',
  lastWord: incident.lastWord,
  isSettled: Boolean(incident.settled),
  lastOpenedAt: incident.lastOpenedAt,
  resolvedAt: incident.resolvedAt,
  lastToldAt: incident.lastToldAt,
  goodSince: incident.goodSince,
});

/** Whether it failed again after an all-clear, and has not been good for a whole cooldown since. */
export const isFlapping = ({ lastWord }: Pick<Incident, 'lastWord'>): boolean => lastWord === 'unstable';
