import type { CheckRollup } from '../check-rollup.entity.js';
import { LatencyHistogram } from '../store/latency-histogram.js';

/** What some rollups come to. Durations in microseconds; null without a check that was answered. */
export interface LatencyFigures {
  readonly count: number;
  readonly failures: number;
  readonly avg: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Adds rollups up. */
export class LatencySum {
  private ok = 0;
  private failed = 0;
  private timed = 0;
  private sum = 0;
  private min = Infinity;
  private max = 0;
  private readonly histogram = new LatencyHistogram();

  add(rollup: CheckRollup): void {
    this.ok += rollup.okCount;
    this.failed += rollup.failedCount;
    this.timed += rollup.timedCount;
    this.sum += rollup.sumUs;
    this.min = Math.min(this.min, rollup.minUs ?? Infinity);
    this.max = Math.max(this.max, rollup.maxUs ?? 0);
    this.histogram.mergeText(rollup.histogram);
  }

  get figures(): LatencyFigures {
    const { timed, min, max, histogram } = this;
    return {
      count: this.ok + this.failed,
      failures: this.failed,
      avg: timed === 0 ? null : this.sum / timed,
      p50: histogram.quantile(0.5, min, max),
      p95: histogram.quantile(0.95, min, max),
      p99: histogram.quantile(0.99, min, max),
    };
  }
}
