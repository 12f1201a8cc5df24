import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { firstOverlap } from './overlap.js';
import { isActiveAt, type Recurrence, type MaintenanceSchedule } from './recurrence.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-11-20T00:00:00Z');

function timetable(
  start: string,
  hours: number,
  recurrence: Recurrence = 'none',
  more: object = {},
): MaintenanceSchedule {
  const startsAt = Date.parse(start);
  return {
    startsAt,
    endsAt: startsAt + hours * HOUR,
    recurrence,
    timeZone: 'UTC',
    until: null,
    endedAt: null,
    ...more,
  };
}

const overlap = (a: MaintenanceSchedule, b: MaintenanceSchedule): string | null => {
  const found = firstOverlap(a, b, now);
  expect(firstOverlap(b, a, now)).toBe(found);
  return found === null ? null : new Date(found).toISOString();
};

describe('firstOverlap', () => {
  it('finds where one begins in the other', () => {
    const a = timetable('2026-12-01T10:00:00Z', 2);
    expect(overlap(a, timetable('2026-12-01T11:00:00Z', 2))).toBe('2026-12-01T11:00:00.000Z');
    expect(overlap(a, timetable('2026-12-01T09:00:00Z', 9))).toBe('2026-12-01T10:00:00.000Z');
  });

  it('lets one begin when the other ends', () => {
    const a = timetable('2026-12-01T10:00:00Z', 2, 'daily');
    expect(overlap(a, timetable('2026-12-01T12:00:00Z', 22, 'daily'))).toBeNull();
  });

  it('finds what happens only now and then', () => {
    const sundays = timetable('2026-12-06T10:00:00Z', 2, 'weekly');
    const firsts = timetable('2026-12-01T11:00:00Z', 2, 'monthly');
    expect(overlap(sundays, firsts)).toBe('2027-08-01T11:00:00.000Z');
  });

  it('finds what only other clocks bring about', () => {
    const rome = timetable('2026-12-01T10:00:00+01:00', 1, 'daily', { timeZone: 'Europe/Rome' });
    const utc = timetable('2026-12-01T08:00:00Z', 1, 'daily');
    expect(overlap(rome, utc)).toBe('2027-03-28T08:00:00.000Z');
  });

  it('ends with the one that ends', () => {
    const a = timetable('2026-12-01T10:00:00Z', 2, 'daily', { until: Date.parse('2026-12-05T10:00:00Z') });
    expect(overlap(a, timetable('2026-12-06T10:00:00Z', 2))).toBeNull();
    expect(overlap(a, timetable('2026-12-05T10:00:00Z', 2))).toBe('2026-12-05T10:00:00.000Z');
  });

  it('does not look at what is over', () => {
    const a = timetable('2026-11-01T10:00:00Z', 2);
    expect(overlap(a, timetable('2026-11-01T10:00:00Z', 2))).toBeNull();
    expect(overlap(a, timetable('2026-11-01T10:00:00Z', 2, 'daily'))).toBeNull();
  });

  it('looks at the year in which the later one begins, however far away', () => {
    const a = timetable('2026-12-01T10:00:00Z', 2, 'daily');
    expect(overlap(a, timetable('2040-06-01T11:00:00Z', 2))).toBe('2040-06-01T11:00:00.000Z');
  });

  it('is a moment at which both are active, with none before it', () => {
    const timetables = fc
      .record({
        start: fc.integer({ min: 0, max: 40 * 24 }),
        hours: fc.integer({ min: 1, max: 24 }),
        recurrence: fc.constantFrom<Recurrence>('none', 'daily', 'weekly', 'monthly'),
        timeZone: fc.constantFrom('UTC', 'Europe/Rome', 'America/New_York'),
      })
      .map(({ start, hours, recurrence, timeZone }) =>
        timetable(new Date(now + start * HOUR).toISOString(), hours, recurrence, { timeZone }),
      );
    fc.assert(
      fc.property(timetables, timetables, (a, b) => {
        const found = firstOverlap(a, b, now);
        const hours = Array.from({ length: 100 * 24 }, (_, hour) => now + hour * HOUR);
        const first = hours.find((hour) => isActiveAt(a, hour) && isActiveAt(b, hour)) ?? Infinity;
        expect(found === null || (isActiveAt(a, found) && isActiveAt(b, found))).toBe(true);
        expect(Math.min(found ?? Infinity, now + 100 * DAY)).toBe(Math.min(first, now + 100 * DAY));
      }),
      { numRuns: 30 },
    );
  });
});
