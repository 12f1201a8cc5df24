import type { Verdict } from '../result/check-result.js';
import type { Finding } from '../result/probe-result.js';

/** How this process was while it made one check. */
export interface Readings {
  /** 99th percentile of the event loop's delay over the time of the check, in milliseconds: of the main thread and of each thread that makes checks. */
  readonly loopDelays: readonly number[];
  /** From when the check was ready (`Start.readyAt`) to its start, in milliseconds. */
  readonly lag: number;
  /** Of the monitor, in milliseconds. */
  readonly interval: number;
  /** Whether the check overlaps a time in which the process stood still (`Standstills.overlaps`). */
  readonly stoodStill: boolean;
  readonly isDatabaseFailing: boolean;
  readonly isResolverFailing: boolean;
}

/** What can be wrong with this process. */
export const ailments = ['standstill', 'event-loop', 'lag', 'database', 'resolver'] as const;
export type Ailment = (typeof ailments)[number];

const MOST_LOOP_DELAY = 250;
const LEAST_LAG = 1_000;
const LAG_SHARE = 0.1;

/** What was wrong with this process, the gravest first; null when it was well. */
export function ailmentOf(readings: Readings): Ailment | null {
  if (readings.stoodStill) return 'standstill';
  if (readings.loopDelays.some((delay) => delay > MOST_LOOP_DELAY)) return 'event-loop';
  if (readings.lag > Math.max(LEAST_LAG, LAG_SHARE * readings.interval)) return 'lag';
  if (readings.isDatabaseFailing) return 'database';
  return readings.isResolverFailing ? 'resolver' : null;
}

/** What is concluded from a finding. What answered well did so however unwell we were. */
export function verdictOf(finding: Pick<Finding, 'ok' | 'isOwnTrouble'>, ailment: Ailment | null): Verdict {
  if (finding.ok) return 'ok';
  return finding.isOwnTrouble || ailment !== null ? 'inconclusive' : 'failed';
}
