import type { Rollup } from './storage/rollup.js';

/** How many checks there were, and how long they took. In microseconds; null without a check that was answered. */
export interface LatencyFigures {
  readonly count: number;
  readonly failures: number;
  readonly avg: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Of the checks that count: inconclusive ones and those of maintenance windows do not. */
export function figuresOf(rollup: Rollup): LatencyFigures {
  const { okCount, failedCount, timedCount, sumUs, minUs, maxUs, histogram } = rollup;
  const quantile = (p: number) => histogram.quantile(p, minUs ?? 0, maxUs ?? Infinity);
  return {
    count: okCount + failedCount,
    failures: failedCount,
    avg: timedCount === 0 ? null : sumUs / timedCount,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  };
}
