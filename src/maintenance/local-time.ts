import { offsetAt } from './zone-offsets.js';

/**
 * Wall time is kept as the epoch milliseconds at which a clock in UTC shows the same digits: counting days in
 * it never meets a change of clocks.
 */
const DAY = 86_400_000;

/** What clocks in `zone` show at `instant`. */
export const localTimeAt = (instant: number, zone: string): number => instant + offsetAt(instant, zone);

/**
 * When clocks in `zone` show `wall`: the first time where they show it twice. Where they skip it, as much
 * later as they skip, so that 02:30 becomes 03:30 in the night of spring.
 */
export function instantOf(wall: number, zone: string): number {
  // No offset reaches a day, and no zone changes its clocks twice within two.
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  if (before === after) return wall - before;
  const candidates = [wall - Math.max(before, after), wall - Math.min(before, after)];
  return candidates.find((instant) => localTimeAt(instant, zone) === wall) ?? wall - before;
}
