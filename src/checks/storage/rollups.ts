import type { CheckRollup } from '../result/check-rollup.entity.js';
import type { SkippedSlots, CheckResult } from '../result/check-result.js';
import { lastSlotOf, isLong, slotsBefore } from './skipped-slots.js';
import type { ObservedTime } from './observed-time.js';
import { bucketStart, DAY, HOUR, type Resolution, resolutions, Rollup } from './rollup.js';

/** What outcomes and gaps add to rollups, by the time they were due. */
export class Rollups {
  private readonly byKey = new Map<string, Rollup>();

  /** Of each its key. */
  get keys(): ReadonlyArray<readonly [monitorId: string, resolution: number, bucketStart: number]> {
    return this.inOrder.map(({ monitorId, resolution, bucketStart }) => [monitorId, resolution, bucketStart]);
  }

  /** As they are to be stored. */
  get rows(): CheckRollup[] {
    return this.inOrder.map((rollup) => rollup.toRow());
  }

  addOutcome(result: CheckResult): void {
    for (const resolution of resolutions)
      this.at(result.monitorId, resolution, bucketStart(result.dueAt, resolution)).add(result);
  }

  /** Counts time as up or down: in each stretch what of it is there: at most an hour, the longest interval, falls into 61 minutes. */
  addTime(time: ObservedTime): void {
    for (const resolution of resolutions)
      for (let start = bucketStart(time.from, resolution); start < time.to; start += resolution * 1000)
        this.at(time.monitorId, resolution, start).addTime(time);
  }

  /** Counts slots as skipped: of a long gap by hours and days only. Takes as many steps as there are rollups, not slots. */
  addGap(slots: SkippedSlots): void {
    for (const resolution of isLong(slots) ? ([HOUR, DAY] as const) : resolutions)
      this.spread(slots, resolution);
  }

  /** Adds rows of the same table to the rollups they are the stored state of. */
  addStored(rows: readonly CheckRollup[]): void {
    for (const row of rows) this.at(row.monitorId, row.resolution, row.bucketStart).addStored(row);
  }

  /** In an order that is the same in every process, so that no two wait for each other's rows. */
  private get inOrder(): Rollup[] {
    return [...this.byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rollup]) => rollup);
  }

  private spread(slots: SkippedSlots, resolution: Resolution): void {
    const length = resolution * 1000;
    const last = bucketStart(lastSlotOf(slots), resolution);
    for (let start = bucketStart(slots.from, resolution); start <= last; start += length) {
      const skipped = slotsBefore(slots, start + length) - slotsBefore(slots, start);
      if (skipped > 0) this.at(slots.monitorId, resolution, start).skippedCount += skipped;
    }
  }

  private at(monitorId: string, resolution: number, start: number): Rollup {
    const key = `${monitorId} ${resolution} ${start}`;
    let rollup = this.byKey.get(key);
    if (!rollup) {
      rollup = new Rollup(monitorId, resolution, start);
      this.byKey.set(key, rollup);
    }
    return rollup;
  }
}
