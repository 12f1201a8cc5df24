import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { outcome } from '../../../test/outcomes.js';
import {
  type Known,
  addObservedTime,
  observationOf,
  observedTimeOf,
  type Observation,
  unobserved,
} from './observed-time.js';

const T = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;
const none = new Map();

const knownBy = (observation: Observation, more: Partial<Known> = {}): Known => ({
  pausedAt: null,
  since: T,
  lastDueAt: observation.observedFrom,
  ...observation,
  ...more,
});
const check = (after: number, choices: Parameters<typeof outcome>[0] = {}) =>
  outcome({ dueAt: T + after, ...choices });
const timesOf = (...results: Array<ReturnType<typeof outcome>>) =>
  addObservedTime(none, results).times.map(({ verdict, from, to }) => [verdict, from - T, to - T]);

describe('the time that checks tell of', () => {
  it('lasts until the next one', () => {
    expect(timesOf(check(0), check(MINUTE, { verdict: 'failed' }), check(90_000))).toEqual([
      ['up', 0, MINUTE],
      ['down', MINUTE, 90_000],
    ]);
  });

  it('is the same however often a monitor is checked in between', () => {
    const byHand = Array.from({ length: 20 }, (_, i) =>
      check(10_000 + i * 50, { verdict: 'failed', trigger: 'manual' }),
    );
    const times = timesOf(check(0), ...byHand, check(10_950, { trigger: 'confirmation' }), check(MINUTE));
    const down = times.filter(([verdict]) => verdict === 'down');
    expect(down.reduce((sum, [, from, to]) => sum + Number(to) - Number(from), 0)).toBe(950);
  });

  it('is no longer than an interval, where checks were skipped', () => {
    expect(timesOf(check(0), check(10 * MINUTE))).toEqual([['up', 0, MINUTE]]);
  });

  it('ends with a check that says nothing, and begins with the next that does', () => {
    expect(
      timesOf(
        check(0),
        check(10_000, { verdict: 'inconclusive' }),
        check(20_000, { inMaintenance: true, verdict: 'failed' }),
        check(30_000),
        check(40_000),
      ),
    ).toEqual([
      ['up', 0, 10_000],
      ['up', 30_000, 40_000],
    ]);
  });

  it('is none for a check of a monitor that is paused', () => {
    expect(timesOf(check(0, { speaksForMs: 0 }), check(1_000))).toEqual([]);
  });

  it.each([
    ['is paused still', { pausedAt: T + 30_000 }],
    ['was resumed', { observedUntil: T + 30_000, lastDueAt: null, since: T + 50_000 }],
  ])('ends with the pause, for a check that was under way and whose monitor %s', (_, state) => {
    const known = new Map([['mon_1', knownBy(observationOf(check(0)), state)]]);
    const { times, observations } = addObservedTime(known, [check(10_000, { verdict: 'failed' })]);
    expect(times).toEqual([{ monitorId: 'mon_1', verdict: 'up', from: T, to: T + 10_000 }]);
    expect(observations.get('mon_1')).toMatchObject({ observedVerdict: 'down', observedUntil: T + 30_000 });
  });

  it('is none for a check from before a pause of which nothing more is known', () => {
    const known = new Map([['mon_1', knownBy(unobserved, { since: T + 50_000 })]]);
    expect(addObservedTime(known, [check(10_000)]).observations.get('mon_1')).toEqual(unobserved);
  });

  it('is counted once: a check that is older than what is known adds nothing', () => {
    const { times, observations } = addObservedTime(
      new Map([['mon_1', knownBy(observationOf(check(MINUTE)))]]),
      [check(0, { verdict: 'failed' })],
    );
    expect([times, observations.size]).toEqual([[], 0]);
  });

  it('does not depend on how the checks were stored', () => {
    const checks = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 20 }).map((i) => i * 7_000),
        verdict: fc.constantFrom('ok' as const, 'failed' as const, 'inconclusive' as const),
      }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(checks, fc.nat(), (given, cut) => {
        const all = given
          .toSorted((a, b) => a.after - b.after)
          .map(({ after, verdict }) => check(after, { verdict }));
        const first = addObservedTime(none, all.slice(0, cut % all.length));
        const known = new Map([...first.observations].map(([id, each]) => [id, knownBy(each)]));
        const second = addObservedTime(known, all.slice(cut % all.length));
        expect([...first.times, ...second.times]).toEqual(addObservedTime(none, all).times);
      }),
    );
  });
});

describe('an observation', () => {
  it('counts until now, and not beyond its end', () => {
    const known = observationOf(check(0));
    expect(observedTimeOf('mon_1', known, T + 5_000)).toMatchObject({ from: T, to: T + 5_000 });
    expect(observedTimeOf('mon_1', known, T + 5 * MINUTE)).toMatchObject({ from: T, to: T + MINUTE });
  });

  it('counts for nothing before it was made, and where there is none', () => {
    expect(observedTimeOf('mon_1', observationOf(check(0)), T - 1)).toBeNull();
    expect(observedTimeOf('mon_1', unobserved, T)).toBeNull();
  });
});
