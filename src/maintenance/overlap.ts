import { occurrencesAfter, type MaintenanceSchedule } from './recurrence.js';

/** How far ahead overlaps are looked for: every season, and every length of month. */
const HORIZON = 366 * 86_400_000;

/**
 * The first moment from `now` on at which both are active, or null. It is looked for in the year after the
 * later of them begins.
 */
export function firstOverlap(a: MaintenanceSchedule, b: MaintenanceSchedule, now: number): number | null {
  const from = Math.max(now, a.startsAt, b.startsAt);
  const [ours, theirs] = [occurrencesAfter(a, from), occurrencesAfter(b, from)];
  let [one, other] = [ours.next(), theirs.next()];
  while (!one.done && !other.done) {
    const begin = Math.max(one.value.startsAt, other.value.startsAt);
    if (begin >= from + HORIZON) return null;
    if (begin < Math.min(one.value.endsAt, other.value.endsAt)) return Math.max(begin, from);
    if (one.value.endsAt <= other.value.endsAt) one = ours.next();
    else other = theirs.next();
  }
  return null;
}
