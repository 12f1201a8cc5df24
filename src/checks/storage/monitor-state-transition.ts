import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { SkippedSlots, CheckResult } from '../result/check-result.js';
import { lastSlotOf } from './skipped-slots.js';

/** What an outcome makes of what is known of its monitor. */
export interface StateTransition {
  readonly state: MonitorState;
  /** What the monitor came to be by it; null where that did not change. The first after `pending` is one too. */
  readonly transition: 'up' | 'down' | null;
}

/** `state` after `outcome`. From an inconclusive one follows no more than since when there is doubt. */
export function afterCheck(state: MonitorState, result: CheckResult): StateTransition {
  const seen = {
    ...state,
    lastDueAt: latest(state.lastDueAt, result.dueAt),
    lastCheckedAt: latest(state.lastCheckedAt, result.startedAt),
  };
  if (result.verdict === 'inconclusive') {
    const doubtedSince = state.doubtedSince ?? endOfCheck(result);
    return { state: { ...seen, doubtedSince, lastError: result.probe.error }, transition: null };
  }
  const isGood = result.verdict === 'ok';
  const verdict = isGood ? 'up' : 'down';
  const transition = verdict === state.verdict ? null : verdict;
  return {
    state: {
      ...seen,
      verdict,
      doubtedSince: null,
      since: transition ? Math.max(state.since, result.startedAt) : state.since,
      goodInRow: isGood ? state.goodInRow + 1 : 0,
      badInRow: isGood ? 0 : state.badInRow + 1,
      lastError: result.probe.error,
      certificateExpiresAt: result.probe.certificateExpiresAt ?? state.certificateExpiresAt,
    },
    transition,
  };
}

/** `state` when nobody knows any more how the monitor is. */
export const afterDoubt = (state: MonitorState, now: number): MonitorState => ({
  ...state,
  verdict: 'unknown',
  since: Math.max(state.since, now),
});

/** `state` after slots at which no check was made: they are not made up for. */
export const afterSkippedSlots = (state: MonitorState, slots: SkippedSlots): MonitorState => ({
  ...state,
  lastDueAt: latest(state.lastDueAt, lastSlotOf(slots)),
});

/** The later of two times, either of which may be missing. */
export function latest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

const endOfCheck = ({ startedAt, probe }: CheckResult): number =>
  startedAt + Math.round(probe.phases.total / 1000);
