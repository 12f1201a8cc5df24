import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { extend, MAX_STREAK, noStreak, signalOf, type Streak, type Thresholds } from './streak.js';

const after = (history: ReadonlyArray<boolean | null>, from = noStreak): Streak =>
  history.reduce<Streak>((streak, match, at) => extend(streak, match, at), from);

/** `x` for a check that matches, `.` for one that does not, `?` for one that cannot be told. */
const read = (history: string): Array<boolean | null> =>
  [...history].map((check) => (check === '?' ? null : check === 'x'));

describe('signalOf', () => {
  it.each([
    ['', null],
    ['?', null],
    ['x', null],
    ['xx', 'fires'],
    ['xxx', 'fires'],
    ['x.x', null],
    ['x?x', 'fires'],
    ['xx?', 'fires'],
    ['xx.', null],
    ['xx..', null],
    ['xx...', 'resolves'],
    ['xx..?.', 'resolves'],
    ['xx..x.', null],
    ['...', 'resolves'],
  ])('after %j with 2 to fire and 3 to resolve: %s', (history, expected) => {
    expect(signalOf(after(read(history)), { triggerAfter: 2, resolveAfter: 3 })).toBe(expected);
  });
});

const match = fc.constantFrom(true, false, null);
const histories = fc.array(match, { maxLength: 40 });
const threshold = fc.integer({ min: 1, max: MAX_STREAK });
const thresholds: fc.Arbitrary<Thresholds> = fc.record({ triggerAfter: threshold, resolveAfter: threshold });

/** How the history ends, of the checks that could be told. */
function run(history: ReadonlyArray<boolean | null>) {
  const told = history.flatMap((each, at) => (each === null ? [] : [{ each, at }]));
  const start = told.findLastIndex(({ each }) => each !== told.at(-1)!.each) + 1;
  return told.slice(start);
}

describe('a streak', () => {
  it('is the end of the history, whatever came before', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const expected = run(history);
        expect(after(history)).toEqual({
          matching: expected[0]?.each ?? null,
          length: Math.min(expected.length, MAX_STREAK),
          since: expected[0]?.at ?? 0,
        });
      }),
    );
  });

  it('fires or resolves exactly when as many checks in a row say so', () => {
    fc.assert(
      fc.property(histories, thresholds, (history, limits) => {
        const told = history.filter((each) => each !== null);
        const ends = (match: boolean, count: number) =>
          told.length >= count && told.slice(-count).every((each) => each === match);
        const expected = ends(true, limits.triggerAfter)
          ? 'fires'
          : ends(false, limits.resolveAfter)
            ? 'resolves'
            : null;
        expect(signalOf(after(history), limits)).toBe(expected);
      }),
    );
  });

  it('is not moved by a check that cannot be told', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const streak = after(history);
        expect(extend(streak, null, 99)).toBe(streak);
      }),
    );
  });

  it('stays the same object once it is as long as any rule asks for', () => {
    const streak = after(Array<boolean>(MAX_STREAK).fill(true));
    expect(extend(streak, true, 99)).toBe(streak);
    expect(extend(streak, false, 99)).toEqual({ matching: false, length: 1, since: 99 });
  });
});
