import { describe, expect, it } from '@jest/globals';
import { windowStart, conclusiveChecks, checksMade, noChecks, percentage, sumOf } from './uptime.js';

const NOW = Date.parse('2026-03-31T14:25:36.789Z');
const counts = { ok: 7, failed: 3, inconclusive: 2, maintenance: 5, skipped: 11, upMs: 700, downMs: 100 };

describe('beginningOf', () => {
  it.each([
    ['24h', '2026-03-30T14:25:00.000Z'],
    ['7d', '2026-03-24T14:00:00.000Z'],
    ['30d', '2026-03-01T14:00:00.000Z'],
  ] as const)('of %s is a whole minute or hour', (window, expected) => {
    expect(new Date(windowStart(window, NOW)).toISOString()).toBe(expected);
  });
});

describe('percentage', () => {
  it.each([
    [0, 0, null],
    [0, 5, 0],
    [5, 5, 100],
    [1, 3, 33.333],
    [2, 3, 66.666],
    [999_999_999, 1_000_000_000, 99.999],
    [9_995, 10_000, 99.95],
  ])('of %d of %d is %d', (part, whole, expected) => {
    expect(percentage(part, whole)).toBe(expected);
  });
});

describe('counts of checks', () => {
  it('tell of uptime by those that are conclusive', () => {
    expect(conclusiveChecks(counts)).toBe(10);
  });

  it('tell how many were made, of whatever kind', () => {
    expect(checksMade(counts)).toBe(17);
  });

  it('add up, each to its like', () => {
    expect(sumOf(counts, noChecks)).toEqual(counts);
    expect(sumOf(counts, counts)).toEqual({
      ok: 14,
      failed: 6,
      inconclusive: 4,
      maintenance: 10,
      skipped: 22,
      upMs: 1_400,
      downMs: 200,
    });
  });
});
