import { DAY, HOUR, MINUTE, type Resolution } from '../storage/rollup.js';

/** Rollups of one resolution, one behind the other: those that begin from `from` on and before `to`. Epoch milliseconds. */
export interface RollupRange {
  readonly resolution: Resolution;
  readonly from: number;
  readonly to: number;
}

/** The beginning, in UTC, of the stretch of so many seconds that `time` is in. In epoch milliseconds. */
export const startOf = (seconds: number, time: number): number =>
  Math.floor(time / (seconds * 1000)) * seconds * 1000;

/** The first beginning at or after `time`. */
const startFrom = (seconds: number, time: number): number =>
  Math.ceil(time / (seconds * 1000)) * seconds * 1000;

/**
 * The fewest rollups that together are exactly the time from `from` to `to`: days inside, hours and minutes
 * at the edges. Both are the beginning of a minute; where both are the beginning of an hour, no minutes are
 * needed.
 */
export const rangesCovering = (from: number, to: number): RollupRange[] =>
  cover(from, to, [DAY, HOUR, MINUTE]);

function cover(from: number, to: number, [resolution, ...finer]: readonly Resolution[]): RollupRange[] {
  if (from >= to) return [];
  if (resolution === undefined) throw new Error('A window begins and ends with a minute.');
  const first = startFrom(resolution, from);
  const last = startOf(resolution, to);
  if (first >= last) return cover(from, to, finer);
  return [...cover(from, first, finer), { resolution, from: first, to: last }, ...cover(last, to, finer)];
}
