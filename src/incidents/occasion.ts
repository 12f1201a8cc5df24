import type { LinkedRule } from '../alert-rules/linked-rule.js';
import { newId } from '../common/id.js';
import type { MonitorFacts } from '../monitors/monitor-facts.js';
import { causeOf, titleOf } from './describe.js';
import type { EvidentCheck } from './evidence.js';
import { type Incident, openKeyOf } from './incident.entity.js';
import type { LatestIncident } from './raise.js';

/** The monitor that something is wrong with. */
export interface ConcernedMonitor {
  readonly id: string;
  readonly teamId: string;
}

/** That a rule fires for a monitor. Times are epoch milliseconds. */
export interface Occasion {
  readonly rule: LinkedRule;
  readonly monitor: ConcernedMonitor;
  /** When the first of the checks was made that matched in a row. */
  readonly since: number;
  /** When the last of them ended. */
  readonly at: number;
  /** The checks that fired it. None where it was no single check. */
  readonly evidence: readonly EvidentCheck[];
}

/** The incident that an occasion opens. The channels of its rule are to be told. */
export function newIncident(
  { rule, monitor, since, at, evidence }: Occasion,
  { name, url }: MonitorFacts,
  now: number,
): Incident {
  const check = evidence.at(-1);
  return {
    id: newId('inc'),
    teamId: monitor.teamId,
    monitorId: monitor.id,
    monitorName: name,
    monitorUrl: url,
    ruleId: rule.id,
    ruleName: rule.name,
    title: titleOf(rule, name),
    status: 'open',
    severity: rule.priority,
    openKey: openKeyOf(rule.id, monitor.id),
    startedAt: since,
    openedAt: at,
    lastOpenedAt: at,
    toldChannelIds: [...rule.channelIds],
    ...unacknowledged,
    ...notResolved,
    reopenCount: 0,
    rootCause: null,
    checkAt: check?.at ?? null,
    checkStatusCode: check?.statusCode ?? null,
    checkError: check?.error ?? null,
    checkDetail: check?.detail ?? null,
    updatedAt: now,
  };
}

const unacknowledged = { acknowledgedAt: null, acknowledgedById: null, acknowledgedByName: null };
const notResolved = { resolvedAt: null, resolvedById: null, resolvedByName: null, autoResolvedAt: null };

/** What reopening makes of a resolved incident: nobody has taken on what happens now. */
export const reopened = ({ ruleId, monitorId, reopenCount }: Incident, now: number) => ({
  status: 'open' as const,
  openKey: openKeyOf(ruleId, monitorId),
  ...unacknowledged,
  ...notResolved,
  reopenCount: reopenCount + 1,
  updatedAt: now,
});

export const causeText = ({ rule, evidence }: Occasion): string => causeOf(rule, evidence.length);

/** An incident as far as it decides about the next alarm. */
export const latestOf = (incident: Incident): LatestIncident => ({
  id: incident.id,
  isOpen: incident.status !== 'resolved',
  isTold: incident.toldChannelIds !== null,
  lastOpenedAt: incident.lastOpenedAt,
  autoResolvedAt: incident.autoResolvedAt,
});
