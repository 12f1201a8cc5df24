import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../storage/rollup.js';
import { rangesCovering, startOf, type RollupRange } from './rollup-ranges.js';

const at = (text: string) => Date.parse(`${text}Z`);
const told = (stretches: RollupRange[]) =>
  stretches.map(({ resolution, from, to }) => [
    { [DAY]: 'days', [HOUR]: 'hours', [MINUTE]: 'minutes' }[resolution],
    (to - from) / resolution / 1000,
  ]);

describe('rangesCovering', () => {
  it.each([
    ['a minute', '2026-03-01T10:59', '2026-03-01T11:00', [['minutes', 1]]],
    ['an hour', '2026-03-01T10:00', '2026-03-01T11:00', [['hours', 1]]],
    ['a day', '2026-03-01T00:00', '2026-03-02T00:00', [['days', 1]]],
    ['an hour across two', '2026-03-01T10:30', '2026-03-01T11:30', [['minutes', 60]]],
    [
      'from within an hour to the end of a day',
      '2026-02-27T21:58',
      '2026-03-02T00:00',
      [
        ['minutes', 2],
        ['hours', 2],
        ['days', 2],
      ],
    ],
    [
      'from within an hour to within another',
      '2026-02-27T22:59',
      '2026-03-02T01:01',
      [
        ['minutes', 1],
        ['hours', 1],
        ['days', 2],
        ['hours', 1],
        ['minutes', 1],
      ],
    ],
    ['no time', '2026-03-01T10:00', '2026-03-01T10:00', []],
  ])('covers %s', (_, from, to, expected) => {
    expect(told(rangesCovering(at(from), at(to)))).toEqual(expected);
  });

  it('refuses what begins within a minute', () => {
    expect(() => rangesCovering(at('2026-03-01T10:00:30'), at('2026-03-01T10:02'))).toThrow('with a minute');
  });

  const minutes = fc.integer({ min: -1_000_000, max: 40_000_000 });
  const windows = fc
    .tuple(minutes, fc.integer({ min: 1, max: 60 * 24 * 40 }))
    .map(([from, count]) => ({ from: from * 60_000, to: (from + count) * 60_000 }));
  const holds = (check: (stretches: RollupRange[], window: { from: number; to: number }) => void) =>
    fc.assert(fc.property(windows, (window) => check(rangesCovering(window.from, window.to), window)));

  it('covers exactly the window: each stretch begins where the one before it ends', () => {
    holds((stretches, { from, to }) => {
      expect([from, ...stretches.map((each) => each.to)]).toEqual([
        ...stretches.map((each) => each.from),
        to,
      ]);
    });
  });

  it('is made of whole rollups', () => {
    holds((stretches) => {
      for (const { resolution, from, to } of stretches) {
        expect([startOf(resolution, from), startOf(resolution, to)]).toEqual([from, to]);
        expect(to).toBeGreaterThan(from);
      }
    });
  });

  it('takes no rollups where one longer one would do', () => {
    const longer = { [MINUTE]: HOUR, [HOUR]: DAY };
    holds((stretches) => {
      for (const { resolution, from, to } of stretches) {
        if (resolution === DAY) continue;
        const next = longer[resolution];
        expect(startOf(next, to)).toBeLessThanOrEqual(startOf(next, from - 1) + next * 1000);
      }
    });
  });

  it('takes no minutes where the window begins and ends with an hour', () => {
    const hours = fc.tuple(fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 1, max: 1_000 }));
    fc.assert(
      fc.property(hours, ([from, count]) => {
        const used = rangesCovering(from * 3_600_000, (from + count) * 3_600_000).map(
          ({ resolution }) => resolution,
        );
        expect(used).not.toContain(MINUTE);
      }),
    );
  });
});
