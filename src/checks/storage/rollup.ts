import type { CheckRollup } from '../result/check-rollup.entity.js';
import type { CheckResult } from '../result/check-result.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { ObservedTime } from './observed-time.js';

export const MINUTE = 60;
export const HOUR = 3_600;
export const DAY = 86_400;

/** How long the stretches are that checks are added up by, in seconds. */
export const resolutions = [MINUTE, HOUR, DAY] as const;
export type Resolution = (typeof resolutions)[number];

/** When the stretch begins that `time` falls into, in UTC. Both in epoch milliseconds. */
export const bucketStart = (time: number, resolution: Resolution): number =>
  time - (time % (resolution * 1000));

/** What a column of 32 bits holds: half an hour. A process that was stopped in the middle of a check may have measured longer. */
const MOST_US = 2 ** 31 - 1;

/**
 * How much of a stretch so many of its checks stand for: where its time was not counted yet, all of it is
 * taken as observed, and each check as long as the other.
 */
const shareOf = (checks: number, { okCount, failedCount, resolution }: CheckRollup): number =>
  checks === 0 ? 0 : Math.floor((checks * resolution * 1000) / (okCount + failedCount));

/** A rollup while it is added to. */
export class Rollup {
  okCount = 0;
  failedCount = 0;
  inconclusiveCount = 0;
  skippedCount = 0;
  maintenanceCount = 0;
  upMs = 0;
  downMs = 0;
  timedCount = 0;
  sumUs = 0;
  minUs: number | null = null;
  maxUs: number | null = null;
  readonly histogram = new LatencyHistogram();

  constructor(
    readonly monitorId: string,
    readonly resolution: number,
    readonly bucketStart: number,
  ) {}

  /** Counts a check. Its duration counts where it was answered and something is concluded from it. */
  add({ inMaintenance, verdict, probe }: CheckResult): void {
    if (inMaintenance) {
      this.maintenanceCount += 1;
      return;
    }
    if (verdict === 'inconclusive') {
      this.inconclusiveCount += 1;
      return;
    }
    if (verdict === 'ok') this.okCount += 1;
    else this.failedCount += 1;
    if (probe.statusCode !== null) this.addDuration(probe.phases.total);
  }

  /** Adds the part of `time` that is in this stretch. */
  addTime({ verdict, from, to }: ObservedTime): void {
    const end = this.bucketStart + this.resolution * 1000;
    const length = Math.max(0, Math.min(to, end) - Math.max(from, this.bucketStart));
    if (verdict === 'up') this.upMs += length;
    else this.downMs += length;
  }

  /** Adds what is stored of the same stretch, or of one within it. */
  addStored(stored: CheckRollup): void {
    this.okCount += stored.okCount;
    this.failedCount += stored.failedCount;
    this.inconclusiveCount += stored.inconclusiveCount;
    this.skippedCount += stored.skippedCount;
    this.maintenanceCount += stored.maintenanceCount;
    this.upMs += stored.upMs ?? shareOf(stored.okCount, stored);
    this.downMs += stored.downMs ?? shareOf(stored.failedCount, stored);
    this.timedCount += stored.timedCount;
    this.sumUs += stored.sumUs;
    if (stored.minUs !== null) this.minUs = Math.min(this.minUs ?? stored.minUs, stored.minUs);
    if (stored.maxUs !== null) this.maxUs = Math.max(this.maxUs ?? stored.maxUs, stored.maxUs);
    this.histogram.mergeText(stored.histogram);
  }

  toRow(): CheckRollup {
    return { ...this, histogram: `${this.histogram}` };
  }

  private addDuration(measured: number): void {
    const us = Math.min(MOST_US, measured);
    this.timedCount += 1;
    this.sumUs += us;
    this.minUs = Math.min(this.minUs ?? us, us);
    this.maxUs = Math.max(this.maxUs ?? us, us);
    this.histogram.add(us);
  }
}
