import { Entity, Index } from 'typeorm';
import type { Priority } from '../alert-rules/alert-rule.entity.js';
import {
  BigIntegerColumn,
  IdColumn,
  IntegerColumn,
  JsonColumn,
  RefColumn,
  References,
  TextColumn,
} from '../database/columns.js';

export const incidentStatuses = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];

/** The statuses of an incident that goes on. */
export const unresolved = ['open', 'acknowledged'] as const satisfies readonly IncidentStatus[];

/**
 * That a rule found something wrong with a monitor. It refers to neither, and has the names of both as they
 * were: it stays readable when they are gone. Times are epoch milliseconds.
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
@Index('incidents_monitorId_updatedAt', ['monitorId', 'updatedAt'])
@References('incidents_team', 'teamId', 'teams')
export class Incident {
  @IdColumn() id: string;
  @RefColumn() teamId: string;
  @RefColumn() monitorId: string;
  @TextColumn(120) monitorName: string;
  @TextColumn(2000) monitorUrl: string;
  @RefColumn() ruleId: string;
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
  /** When channels were last told that it is open, whether there were any: the cooldown counts from then. */
  @BigIntegerColumn() lastOpenedAt: number;
  /** The channels that take it for open, because that is the last they were told; null while none was to be told. */
  @JsonColumn({ nullable: true }) toldChannelIds: string[] | null;
  @BigIntegerColumn({ nullable: true }) acknowledgedAt: number | null;
  @RefColumn({ nullable: true }) acknowledgedById: string | null;
  @TextColumn(100, { nullable: true }) acknowledgedByName: string | null;
  @BigIntegerColumn({ nullable: true }) resolvedAt: number | null;
  /** Null for the system. */
  @RefColumn({ nullable: true }) resolvedById: string | null;
  @TextColumn(100, { nullable: true }) resolvedByName: string | null;
  /** The same as `resolvedAt` where checks resolved it: only then it may be reopened. */
  @BigIntegerColumn({ nullable: true }) autoResolvedAt: number | null;
  @IntegerColumn() reopenCount: number;
  @TextColumn(2000, { nullable: true }) rootCause: string | null;
  /** Of the check that opened it, in short. All null where no single check did. */
  @BigIntegerColumn({ nullable: true }) checkAt: number | null;
  @IntegerColumn({ nullable: true }) checkStatusCode: number | null;
  @TextColumn(30, { nullable: true }) checkError: string | null;
  @TextColumn(500, { nullable: true }) checkDetail: string | null;
  @BigIntegerColumn() updatedAt: number;
}

/** What an unresolved incident is found by: there is never more than one of a rule and a monitor. */
export const openKeyOf = (ruleId: string, monitorId: string): string => `${ruleId}:${monitorId}`;
