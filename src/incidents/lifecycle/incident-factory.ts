import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { newId } from '../../common/id.js';
import type { MonitorFacts } from '../../monitors/monitors.repository.js';
import type { FailingTransition, TransitionInput } from './transitions.js';
import { causeOf, titleOf } from './condition-description.js';
import type { CheckSnapshot } from './check-snapshot.js';
import { type Incident, openKeyOf } from './incident.entity.js';

/** The monitor that something is wrong with. */
export interface ConcernedMonitor {
  readonly id: string;
  readonly teamId: string;
}

/** That a rule fires for a monitor. */
export interface RuleTrigger {
  readonly rule: AlertRuleWithLinks;
  readonly monitor: ConcernedMonitor;
  readonly input: TransitionInput;
  /** The checks that fired it. None where it was no single check. */
  readonly snapshots: readonly CheckSnapshot[];
}

/** The incident that an occasion opens. The channels of its rule are to be told. */
export function newIncident(
  { rule, monitor, input: { since, at }, snapshots }: RuleTrigger,
  { name, url }: MonitorFacts,
  now: number,
): Incident {
  const check = snapshots.at(-1);
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
    lastWord: 'failing',
    lastToldAt: at,
    settled: false,
    toldChannelIds: [...rule.channelIds],
    ...unacknowledged,
    ...notResolved,
    goodSince: null,
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
const notResolved = {
  resolvedAt: null,
  resolvedById: null,
  resolvedByName: null,
  autoResolvedAt: null,
  resolution: null,
};

/** What a step makes of an incident that a check at `at` showed to fail; null for nothing. */
export function continued(
  step: Exclude<FailingTransition, 'open'>,
  incident: Incident,
  at: number,
  now: number,
): Partial<Incident> | null {
  const unstable = { lastWord: 'unstable' as const, lastToldAt: at, updatedAt: now };
  switch (step) {
    case 'join':
    case 'falter':
      return incident.goodSince === null ? null : { goodSince: null, updatedAt: now };
    case 'tell':
      return unstable;
    case 'reopen':
      return { ...reopened(incident, at, now), ...unstable };
    case 'reopen-silently':
      return reopened(incident, at, now);
  }
}

/** Nobody has taken on what happens now. */
const reopened = (
  { ruleId, monitorId, reopenCount }: Incident,
  at: number,
  now: number,
): Partial<Incident> => ({
  status: 'open',
  openKey: openKeyOf(ruleId, monitorId),
  ...unacknowledged,
  ...notResolved,
  lastOpenedAt: at,
  goodSince: null,
  settled: false,
  reopenCount: reopenCount + 1,
  updatedAt: now,
});

export const causeText = ({ rule, snapshots }: RuleTrigger): string => causeOf(rule, snapshots.length);
