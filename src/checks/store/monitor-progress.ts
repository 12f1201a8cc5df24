import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { Gap, Outcome } from '../outcome.js';
import { endOf } from './gaps.js';

/** What an outcome makes of what is known of its monitor. */
export interface Progress {
  readonly state: MonitorState;
  /** What the monitor came to be by it; null where that did not change. The first after `pending` is one too. */
  readonly transition: 'up' | 'down' | null;
}

/** `state` after `outcome`. Nothing follows from an inconclusive one but when it was made. */
export function afterOutcome(state: MonitorState, outcome: Outcome): Progress {
  const seen = {
    ...state,
    lastDueAt: latest(state.lastDueAt, outcome.dueAt),
    lastCheckedAt: latest(state.lastCheckedAt, outcome.startedAt),
  };
  if (outcome.verdict === 'inconclusive') return { state: seen, transition: null };
  const isGood = outcome.verdict === 'ok';
  const verdict = isGood ? 'up' : 'down';
  const transition = verdict === state.verdict ? null : verdict;
  return {
    state: {
      ...seen,
      verdict,
      since: transition ? Math.max(state.since, outcome.startedAt) : state.since,
      goodInRow: isGood ? state.goodInRow + 1 : 0,
      badInRow: isGood ? 0 : state.badInRow + 1,
      lastError: outcome.finding.error,
      certificateExpiresAt: outcome.finding.certificateExpiresAt ?? state.certificateExpiresAt,
    },
    transition,
  };
}

/** `state` after slots at which no check was made: they are not made up for. */
export const afterGap = (state: MonitorState, gap: Gap): MonitorState => ({
  ...state,
  lastDueAt: latest(state.lastDueAt, endOf(gap)),
});

const latest = (known: number | null, time: number): number => Math.max(known ?? time, time);
