import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { SkippedSlots } from '../result/check-result.js';
import { lastSlotOf, inGroups, mostRollupsOf, partsOf, remainderOf } from './skipped-slots.js';
import { Rollups } from './rollups.js';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const gapOf = (count: number, interval = MINUTE_MS) => ({ monitorId: 'mon_1', from: START, interval, count });

const anyGap = fc.record({
  monitorId: fc.constantFrom('mon_1', 'mon_2'),
  from: fc.integer({ min: START, max: START + DAY_MS }),
  interval: fc.constantFrom(5_000, 30_000, MINUTE_MS, 1_800_000, 3_600_000),
  count: fc.integer({ min: 1, max: 2_000 }),
});

function rollupsOf(skipped: readonly SkippedSlots[]): Rollups {
  const rollups = new Rollups();
  for (const slots of skipped) rollups.addGap(slots);
  return rollups;
}

describe('the remainder of a gap', () => {
  it('is the slots after a time', () => {
    expect(remainderOf(gapOf(5), START + MINUTE_MS)).toEqual({
      ...gapOf(3),
      from: START + 2 * MINUTE_MS,
    });
  });

  it('is all of it when nothing was done yet, and nothing when its last slot was', () => {
    const gap = gapOf(5);
    expect([remainderOf(gap, null), remainderOf(gap, lastSlotOf(gap))]).toEqual([gap, null]);
  });

  it('of nothing is nothing', () => {
    expect(remainderOf(gapOf(0), null)).toBeNull();
  });

  it('goes back 90 days', () => {
    const gap = gapOf(365, DAY_MS);
    expect(remainderOf(gap, null)).toEqual({ ...gap, from: START + 274 * DAY_MS, count: 91 });
  });
});

describe('the parts of a gap', () => {
  it('follow each other, none longer than asked for', () => {
    fc.assert(
      fc.property(anyGap, fc.integer({ min: 1, max: 100 }), (gap, hours) => {
        const parts = partsOf(gap, hours);
        for (const [i, part] of parts.entries()) {
          expect(part.from).toBe(i === 0 ? gap.from : lastSlotOf(parts[i - 1]!) + gap.interval);
          expect(part.count === 1 || part.count * part.interval <= hours * 3_600_000).toBe(true);
        }
        expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(gap.count);
      }),
    );
  });
});

describe('groups of gaps', () => {
  it('have every slot, and no group falls into more rollups than asked for', () => {
    fc.assert(
      fc.property(fc.array(anyGap, { maxLength: 20 }), (gaps) => {
        const groups = inGroups(gaps, 400);
        for (const group of groups) expect(rollupsOf(group).rows.length).toBeLessThanOrEqual(400);
        const total = (all: readonly SkippedSlots[]) => all.reduce((sum, { count }) => sum + count, 0);
        expect(total(groups.flat())).toBe(total(gaps));
      }),
    );
  });
});

describe('the most rollups of a gap', () => {
  it('are no fewer than it falls into', () => {
    fc.assert(
      fc.property(anyGap, (gap) => {
        expect(rollupsOf([gap]).rows.length).toBeLessThanOrEqual(mostRollupsOf(gap));
      }),
    );
  });
});
