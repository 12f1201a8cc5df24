import { instantOf, localTimeAt } from './local-time.js';

export const recurrences = ['none', 'daily', 'weekly', 'monthly'] as const;
export type Recurrence = (typeof recurrences)[number];

/** When maintenance is. Times are epoch milliseconds. */
export interface MaintenanceSchedule {
  /** The first occurrence. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly recurrence: Recurrence;
  /** The IANA time zone whose clocks it recurs by. */
  readonly timeZone: string;
  /** No occurrence begins after it; null for no last one. */
  readonly until: number | null;
  /** When it was ended for good; null while nobody did. */
  readonly endedAt: number | null;
}

/** From `startsAt` up to, but not including, `endsAt`. Epoch milliseconds. */
export interface Occurrence {
  readonly startsAt: number;
  readonly endsAt: number;
}

const DAY = 86_400_000;

/** The wall time from one occurrence to the next; null where it is not always the same. */
const periods: Readonly<Record<Recurrence, number | null>> = {
  none: null,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: null,
};

/** The longest an occurrence may last, so that it is over when the next one begins: a month has 28 days at least. */
export const maxDuration: Readonly<Record<Recurrence, number>> = {
  none: Infinity,
  daily: DAY,
  weekly: 7 * DAY,
  monthly: 28 * DAY,
};

/**
 * When occurrence `n` begins, counted from 0, were there no end to them: at the wall time of the first one. A
 * day that a month lacks is its last one. See `instantOf` for nights in which clocks change.
 */
function startOf({ startsAt, recurrence, timeZone }: MaintenanceSchedule, n: number): number {
  if (n === 0) return startsAt;
  const first = localTimeAt(startsAt, timeZone);
  const period = periods[recurrence];
  return instantOf(period === null ? addMonths(first, n) : first + n * period, timeZone);
}

/** The same day and time so many months later, or the last day of a month that lacks it. */
function addMonths(wall: number, months: number): number {
  const day = new Date(wall);
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const midnight = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate());
  return Date.UTC(year, month, Math.min(day.getUTCDate(), lastDay)) + wall - midnight;
}

/** The number of the last occurrence that begins at or before `time`; -1 before the first. It costs the same for every time. */
function indexAt(timetable: MaintenanceSchedule, time: number): number {
  if (time < timetable.startsAt) return -1;
  if (timetable.recurrence === 'none') return 0;
  let n = countTo(timetable, time) + 1; // clocks that change put the count off by one at most
  while (startOf(timetable, n) > time) n -= 1;
  return n;
}

/** How many periods lie between the first occurrence and `time`, by the digits of wall clocks and calendars. */
function countTo({ startsAt, recurrence, timeZone }: MaintenanceSchedule, time: number): number {
  const [first, now] = [localTimeAt(startsAt, timeZone), localTimeAt(time, timeZone)];
  const period = periods[recurrence];
  if (period !== null) return Math.floor((now - first) / period);
  const [from, to] = [new Date(first), new Date(now)];
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
}

/** Occurrence `n`, or null where there is none. One in which maintenance was ended is shorter than the others. */
function occurrenceAt(timetable: MaintenanceSchedule, n: number): Occurrence | null {
  const { recurrence, until, endedAt } = timetable;
  if (n < 0 || (n > 0 && recurrence === 'none')) return null;
  const startsAt = startOf(timetable, n);
  if ((until !== null && startsAt > until) || (endedAt !== null && startsAt >= endedAt)) return null;
  const endsAt = startsAt + timetable.endsAt - timetable.startsAt;
  return { startsAt, endsAt: Math.min(endsAt, endedAt ?? Infinity) };
}

/** The occurrence that `time` falls into, or null. */
export function currentOccurrence(timetable: MaintenanceSchedule, time: number): Occurrence | null {
  const last = occurrenceAt(timetable, indexAt(timetable, time));
  return last && time < last.endsAt ? last : null;
}

/** The first occurrence that begins after `time`, or null. */
export const nextOccurrence = (timetable: MaintenanceSchedule, time: number): Occurrence | null =>
  occurrenceAt(timetable, indexAt(timetable, time) + 1);

export const isActiveAt = (timetable: MaintenanceSchedule, time: number): boolean =>
  currentOccurrence(timetable, time) !== null;

/** The occurrences that end after `from`, in their order. There may be no end to them. */
export function* occurrencesAfter(timetable: MaintenanceSchedule, from: number): Generator<Occurrence, void> {
  for (let n = Math.max(indexAt(timetable, from), 0); ; n += 1) {
    const occurrence = occurrenceAt(timetable, n);
    if (!occurrence) return;
    if (occurrence.endsAt > from) yield occurrence;
  }
}

/** When the last occurrence ends: infinity where there is no last one, and minus infinity where there is none at all. */
export function lastEndOf(timetable: MaintenanceSchedule): number {
  const { recurrence, startsAt, until, endedAt } = timetable;
  const bound = Math.min(
    recurrence === 'none' ? startsAt : Infinity,
    until ?? Infinity,
    endedAt === null ? Infinity : endedAt - 1,
  );
  if (bound === Infinity) return Infinity;
  return occurrenceAt(timetable, indexAt(timetable, bound))?.endsAt ?? -Infinity;
}
