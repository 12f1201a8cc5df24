/** The lengths of time that rollups are kept for, in milliseconds. Each one's stretches are made of whole ones of the next. */
export const DAY = 86_400_000;
export const HOUR = 3_600_000;
export const MINUTE = 60_000;
export type RollupLength = typeof DAY | typeof HOUR | typeof MINUTE;

/** Rollups of one length, one behind the other: those that begin from `from` on and before `to`. Epoch milliseconds. */
export interface Stretch {
  readonly length: RollupLength;
  readonly from: number;
  readonly to: number;
}

/** The beginning of the stretch of this length, in UTC, that `time` is in. */
export const startOf = (length: number, time: number): number => Math.floor(time / length) * length;

const startAfter = (length: number, time: number): number => Math.ceil(time / length) * length;

/**
 * The fewest rollups that together are exactly the time from `from` to `to`: days inside, hours and minutes
 * at the edges. Both are the beginning of a minute; where both are the beginning of an hour, no minutes are
 * needed.
 */
export const coverOf = (from: number, to: number): Stretch[] => cover(from, to, [DAY, HOUR, MINUTE]);

function cover(from: number, to: number, [length, ...shorter]: readonly RollupLength[]): Stretch[] {
  if (from >= to) return [];
  if (length === undefined) throw new Error('A window begins and ends with a minute.');
  const first = startAfter(length, from);
  const last = startOf(length, to);
  if (first >= last) return cover(from, to, shorter);
  return [...cover(from, first, shorter), { length, from: first, to: last }, ...cover(last, to, shorter)];
}
