import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { CheckResult } from '../result/check-result.js';

/** What the last check says of a monitor, and for how long: not yet counted in any rollup. */
export type Observation = Pick<MonitorState, 'observedVerdict' | 'observedFrom' | 'observedUntil'>;

/** Time during which a monitor was up or down, from `from` to `to`. Epoch milliseconds. */
export interface ObservedTime {
  readonly monitorId: string;
  readonly verdict: 'up' | 'down';
  readonly from: number;
  readonly to: number;
}

/** What is known of a monitor before outcomes are counted. */
export type Known = Observation & Pick<MonitorState, 'pausedAt' | 'since' | 'lastDueAt'>;

export const unobserved: Observation = { observedVerdict: null, observedFrom: null, observedUntil: null };

/**
 * What an observation counts for until `end`: until the next check of whatever trigger, or until its own end where
 * that comes first, as after checks that were skipped. Null for no time at all.
 */
export function observedTimeOf(
  monitorId: string,
  { observedVerdict, observedFrom, observedUntil }: Observation,
  end: number,
): ObservedTime | null {
  if (observedVerdict === null || observedFrom === null || observedUntil === null) return null;
  const to = Math.min(end, observedUntil);
  return to > observedFrom ? { monitorId, verdict: observedVerdict, from: observedFrom, to } : null;
}

/**
 * What is known after `outcome`, which is newer: nothing, where it is inconclusive or of a maintenance window, and
 * where it speaks for no time, as a check by hand of a paused monitor. It speaks for none after `end`.
 */
export function observationOf(result: CheckResult, end = Infinity): Observation {
  const { verdict, inMaintenance, dueAt, speaksForMs } = result;
  const until = Math.min(dueAt + speaksForMs, end);
  if (verdict === 'inconclusive' || inMaintenance || until <= dueAt) return unobserved;
  return {
    observedVerdict: verdict === 'ok' ? 'up' : 'down',
    observedFrom: dueAt,
    observedUntil: until,
  };
}

/** Until when a check may speak that was under way when its monitor was paused: it may be resumed by now. */
function endOf({ dueAt }: CheckResult, known: Known | undefined): number | undefined {
  const wasResumed = known !== undefined && known.lastDueAt === null && dueAt < known.since;
  return (wasResumed ? (known.observedUntil ?? dueAt) : known?.pausedAt) ?? undefined;
}

/** What the outcomes add: the time that is over with them, and what each monitor's last one says. */
export interface Observed {
  readonly times: readonly ObservedTime[];
  readonly observations: ReadonlyMap<string, Observation>;
}

/**
 * Counts time by outcomes in whatever order they were stored. One that is older than what is known already says
 * nothing more: its time is counted.
 */
export function addObservedTime(
  known: ReadonlyMap<string, Known>,
  results: readonly CheckResult[],
): Observed {
  const times: ObservedTime[] = [];
  const observations = new Map<string, Observation>();
  for (const result of results.toSorted((a, b) => a.dueAt - b.dueAt)) {
    const { monitorId, dueAt } = result;
    const state = known.get(monitorId);
    const last = observations.get(monitorId) ?? state ?? unobserved;
    if (last.observedFrom !== null && dueAt < last.observedFrom) continue;
    const time = observedTimeOf(monitorId, last, dueAt);
    if (time) times.push(time);
    observations.set(monitorId, observationOf(result, endOf(result, state)));
  }
  return { times, observations };
}
