import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  currentOccurrence,
  isActiveAt,
  lastEndOf,
  nextOccurrence,
  type Occurrence,
  occurrencesAfter,
  type Recurrence,
  type MaintenanceSchedule,
} from './recurrence.js';
import { statusAt } from './status.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const at = (text: string): number => Date.parse(text);
const local = (instant: number, zone: string): string =>
  DateTime.fromMillis(instant, { zone }).toFormat("yyyy-MM-dd'T'HH:mmZZ");

/** Of two hours, from `start` by the clocks of `timeZone`. */
function timetable(
  start: string,
  recurrence: Recurrence,
  timeZone = 'Europe/Rome',
  more: object = {},
): MaintenanceSchedule {
  const startsAt = DateTime.fromISO(start, { zone: timeZone }).toMillis();
  return {
    startsAt,
    endsAt: startsAt + 2 * HOUR,
    recurrence,
    timeZone,
    until: null,
    endedAt: null,
    ...more,
  };
}

/** When the first `count` occurrences begin. */
function starts(given: MaintenanceSchedule, count: number): string[] {
  const found = occurrencesAfter(given, -Infinity);
  return Array.from({ length: count }, () =>
    local((found.next().value as Occurrence).startsAt, given.timeZone),
  );
}

describe('occurrences', () => {
  it.each([
    [
      'keep the local time when clocks go forward',
      '2026-03-28T01:00',
      'daily',
      'Europe/Rome',
      ['2026-03-28T01:00+01:00', '2026-03-29T01:00+01:00', '2026-03-30T01:00+02:00'],
    ],
    [
      'keep the local time when clocks go back',
      '2026-10-24T04:00',
      'daily',
      'Europe/Rome',
      ['2026-10-24T04:00+02:00', '2026-10-25T04:00+01:00', '2026-10-26T04:00+01:00'],
    ],
    [
      'come as much later as clocks skip',
      '2026-03-28T02:30',
      'daily',
      'Europe/Rome',
      ['2026-03-28T02:30+01:00', '2026-03-29T03:30+02:00', '2026-03-30T02:30+02:00'],
    ],
    [
      'come at the first of two equal local times',
      '2026-10-24T02:30',
      'daily',
      'Europe/Rome',
      ['2026-10-24T02:30+02:00', '2026-10-25T02:30+02:00', '2026-10-26T02:30+01:00'],
    ],
    [
      'come at the first of two equal local times, also of a plan made in winter',
      '2026-01-25T02:30',
      'monthly',
      'Europe/Rome',
      [
        '2026-01-25T02:30+01:00',
        '2026-02-25T02:30+01:00',
        '2026-03-25T02:30+01:00',
        '2026-04-25T02:30+02:00',
        '2026-05-25T02:30+02:00',
        '2026-06-25T02:30+02:00',
        '2026-07-25T02:30+02:00',
        '2026-08-25T02:30+02:00',
        '2026-09-25T02:30+02:00',
        '2026-10-25T02:30+02:00',
        '2026-11-25T02:30+01:00',
      ],
    ],
    [
      'come half an hour later where clocks skip half an hour',
      '2026-10-03T02:15',
      'daily',
      'Australia/Lord_Howe',
      ['2026-10-03T02:15+10:30', '2026-10-04T02:45+11:00', '2026-10-05T02:15+11:00'],
    ],
    [
      'come a day later where clocks skip a day',
      '2011-12-29T12:00',
      'daily',
      'Pacific/Apia',
      [
        '2011-12-29T12:00-10:00',
        '2011-12-31T12:00+14:00',
        '2011-12-31T12:00+14:00',
        '2012-01-01T12:00+14:00',
      ],
    ],
    [
      'are a week apart',
      '2026-03-23T09:00',
      'weekly',
      'America/New_York',
      ['2026-03-23T09:00-04:00', '2026-03-30T09:00-04:00', '2026-04-06T09:00-04:00'],
    ],
    [
      'fall on the last day where a month lacks theirs',
      '2027-12-31T22:00',
      'monthly',
      'UTC',
      [
        '2027-12-31T22:00+00:00',
        '2028-01-31T22:00+00:00',
        '2028-02-29T22:00+00:00',
        '2028-03-31T22:00+00:00',
        '2028-04-30T22:00+00:00',
        '2028-05-31T22:00+00:00',
      ],
    ],
    [
      'fall on the local day, not on that of UTC',
      '2026-01-31T00:30',
      'monthly',
      'Asia/Tokyo',
      ['2026-01-31T00:30+09:00', '2026-02-28T00:30+09:00', '2026-03-31T00:30+09:00'],
    ],
  ] as Array<[string, string, Recurrence, string, string[]]>)(
    '%s',
    (_, start, recurrence, zone, expected) => {
      expect(starts(timetable(start, recurrence, zone), expected.length)).toEqual(expected);
    },
  );

  it('begin with exactly the moment they were planned for, also the second of two equal local times', () => {
    const startsAt = at('2026-10-25T02:30:00+01:00');
    const given = { ...timetable('2026-10-25T02:30', 'daily'), startsAt, endsAt: startsAt + HOUR };
    expect(starts(given, 2)).toEqual(['2026-10-25T02:30+01:00', '2026-10-26T02:30+01:00']);
  });

  it('last as long as the first one, whatever clocks show', () => {
    const given = timetable('2026-03-28T01:00', 'daily');
    const spring = currentOccurrence(given, at('2026-03-29T01:30:00+01:00'))!;
    expect(local(spring.endsAt, 'Europe/Rome')).toBe('2026-03-29T04:00+02:00');
  });

  it('do not begin after `until`, but one may end after it', () => {
    const given = timetable('2026-06-01T10:00', 'daily', 'UTC', { until: at('2026-06-03T10:00:00Z') });
    const found = [...occurrencesAfter(given, -Infinity)];
    expect(found).toHaveLength(3);
    expect(found.at(-1)!.endsAt).toBe(at('2026-06-03T12:00:00Z'));
  });

  it('end when somebody ends them', () => {
    const given = timetable('2026-06-01T10:00', 'daily', 'UTC', { endedAt: at('2026-06-02T11:00:00Z') });
    const found = [...occurrencesAfter(given, -Infinity)];
    expect(found.map(({ endsAt }) => new Date(endsAt).toISOString())).toEqual([
      '2026-06-01T12:00:00.000Z',
      '2026-06-02T11:00:00.000Z',
    ]);
  });
});

describe('a daily plan', () => {
  const given = timetable('2026-06-01T10:00', 'daily', 'UTC', { until: at('2026-06-02T23:00:00Z') });

  it.each([
    ['2026-06-01T09:59:59.999Z', 'upcoming', null, '2026-06-01T10:00:00.000Z'],
    ['2026-06-01T10:00:00.000Z', 'active', '2026-06-01T10:00:00.000Z', '2026-06-02T10:00:00.000Z'],
    ['2026-06-01T11:59:59.999Z', 'active', '2026-06-01T10:00:00.000Z', '2026-06-02T10:00:00.000Z'],
    ['2026-06-01T12:00:00.000Z', 'upcoming', null, '2026-06-02T10:00:00.000Z'],
    ['2026-06-02T10:00:00.000Z', 'active', '2026-06-02T10:00:00.000Z', null],
    ['2026-06-02T12:00:00.000Z', 'past', null, null],
  ])('at %s is %s', (time, status, current, next) => {
    const text = (found: Occurrence | null) => found && new Date(found.startsAt).toISOString();
    expect(statusAt(given, at(time))).toBe(status);
    expect(text(currentOccurrence(given, at(time)))).toBe(current);
    expect(text(nextOccurrence(given, at(time)))).toBe(next);
  });
});

const zones = [
  'UTC',
  'Europe/Rome',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
];
const moments = (from: string, to: string) => fc.integer({ min: at(from), max: at(to) });

const timetables: fc.Arbitrary<MaintenanceSchedule> = fc
  .record({
    startsAt: moments('2020-01-01', '2024-01-01'),
    duration: fc.integer({ min: 1, max: DAY }),
    recurrence: fc.constantFrom<Recurrence>('none', 'daily', 'weekly', 'monthly'),
    timeZone: fc.constantFrom(...zones),
    untilAfter: fc.option(fc.integer({ min: 0, max: 700 * DAY })),
    endedAfter: fc.option(fc.integer({ min: -DAY, max: 700 * DAY })),
  })
  .map(({ startsAt, duration, untilAfter, endedAfter, ...rest }) => ({
    ...rest,
    startsAt,
    endsAt: startsAt + duration,
    until: untilAfter === null ? null : startsAt + untilAfter,
    endedAt: endedAfter === null ? null : startsAt + endedAfter,
  }));

/** What `occurrencesAfter` gives when asked from the very beginning: the slow way to know everything. */
function allUpTo(given: MaintenanceSchedule, time: number): Occurrence[] {
  const found: Occurrence[] = [];
  for (const occurrence of occurrencesAfter(given, -Infinity)) {
    if (occurrence.startsAt > time) break;
    found.push(occurrence);
  }
  return found;
}

describe('any plan', () => {
  const times = moments('2019-12-01', '2025-01-01');

  it('is active exactly within its occurrences', () => {
    fc.assert(
      fc.property(timetables, times, (given, time) => {
        const inside = allUpTo(given, time).findLast(
          ({ startsAt, endsAt }) => startsAt <= time && time < endsAt,
        );
        expect(currentOccurrence(given, time)).toEqual(inside ?? null);
      }),
    );
  });

  it('begins next after all that have begun', () => {
    fc.assert(
      fc.property(timetables, times, (given, time) => {
        const next = nextOccurrence(given, time);
        const begun = allUpTo(given, time);
        expect(allUpTo(given, next?.startsAt ?? at('2026-06-01'))).toEqual(next ? [...begun, next] : begun);
      }),
    );
  });

  it('shows the same local time at every occurrence but where clocks skip it', () => {
    fc.assert(
      fc.property(timetables, times, (given, time) => {
        const found = nextOccurrence(given, time);
        fc.pre(found !== null && given.recurrence !== 'none');
        const zone = { zone: given.timeZone };
        const [first, later] = [given.startsAt, found!.startsAt].map((each) =>
          DateTime.fromMillis(each, zone),
        );
        const skipped =
          later!.diff(later!.startOf('day')).toMillis() - first!.diff(first!.startOf('day')).toMillis();
        const sameDigits = later!.toFormat('HH:mm:ss.SSS') === first!.toFormat('HH:mm:ss.SSS');
        expect(sameDigits || Math.abs(skipped) <= HOUR).toBe(true);
      }),
    );
  });

  it('falls on the day of the month that luxon, an independent calendar, says', () => {
    const starts = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 600 }), (start, months) => {
        const startsAt = start.getTime();
        const given = { ...timetable('2026-01-01', 'monthly', 'UTC'), startsAt, endsAt: startsAt + HOUR };
        const expected = DateTime.fromMillis(startsAt, { zone: 'utc' }).plus({ months }).toMillis();
        expect(nextOccurrence(given, expected - 1)?.startsAt).toBe(expected);
      }),
    );
  });

  it('is past exactly from its last end on', () => {
    fc.assert(
      fc.property(timetables, times, (given, time) => {
        expect(statusAt(given, time) === 'past').toBe(time >= lastEndOf(given));
      }),
    );
  });

  it('is found as fast late as early', () => {
    let asked = 0;
    const counting = (start: string): MaintenanceSchedule =>
      new Proxy(timetable(start, 'daily'), {
        get: (target, member) => {
          asked += 1;
          return target[member as keyof MaintenanceSchedule];
        },
      });
    const costOf = (start: string): number => {
      asked = 0;
      expect(isActiveAt(counting(start), at('2026-11-20T12:00:00Z'))).toBe(false);
      return asked;
    };
    expect(costOf('2001-01-01T02:00')).toBe(costOf('2026-11-01T02:00'));
  });
});
