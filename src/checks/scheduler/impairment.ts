import type { Verdict } from '../result/check-result.js';
import type { ProbeResult } from '../result/probe-result.js';

/** How this process was while it made one check. */
export interface ProcessReadings {
  /** 99th percentile of the event loop's delay over the time of the check, in milliseconds: of the main thread and of each thread that makes checks. */
  readonly loopDelays: readonly number[];
  /** From when the check was ready (`StartedCheck.readyAt`) to its start, in milliseconds. */
  readonly lag: number;
  /** Of the monitor, in milliseconds. */
  readonly interval: number;
  /** Whether the check overlaps a time in which the process stood still (`ProcessPauses.overlaps`). */
  readonly stoodStill: boolean;
  readonly isDatabaseFailing: boolean;
}

/** What can be wrong with this process. */
export const impairments = ['standstill', 'event-loop', 'lag', 'database'] as const;
export type Impairment = (typeof impairments)[number];

const MOST_LOOP_DELAY = 250;
const LEAST_LAG = 1_000;
const LAG_SHARE = 0.1;

/** What was wrong with this process, the gravest first; null when it was well. */
export function impairmentOf(readings: ProcessReadings): Impairment | null {
  if (readings.stoodStill) return 'standstill';
  if (readings.loopDelays.some((delay) => delay > MOST_LOOP_DELAY)) return 'event-loop';
  if (readings.lag > Math.max(LEAST_LAG, LAG_SHARE * readings.interval)) return 'lag';
  return readings.isDatabaseFailing ? 'database' : null;
}

/** What is concluded from a probe. What answered well did so however unwell we were. */
export function verdictOf(
  probe: Pick<ProbeResult, 'ok' | 'isInternalError'>,
  impairment: Impairment | null,
): Verdict {
  if (probe.ok) return 'ok';
  return probe.isInternalError || impairment !== null ? 'inconclusive' : 'failed';
}
