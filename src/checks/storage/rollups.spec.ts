import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { SkippedSlots } from '../result/check-result.js';
import { outcome } from '../../../test/outcomes.js';
import { LatencyHistogram } from './latency-histogram.js';
import { bucketStart, DAY, HOUR, MINUTE, type Resolution, resolutions, Rollup } from './rollup.js';
import { Rollups } from './rollups.js';

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);
const M = 'mon_1';

const rowsOf = (fill: (rollups: Rollups) => void) => {
  const rollups = new Rollups();
  fill(rollups);
  return rollups.rows.toSorted((a, b) => a.resolution - b.resolution || a.bucketStart - b.bucketStart);
};
const minuteOf = (...outcomes: Array<Parameters<typeof outcome>[0]>) =>
  rowsOf((rollups) => {
    for (const each of outcomes) rollups.addOutcome(outcome(each));
  }).find(({ resolution }) => resolution === MINUTE)!;

describe('bucketStart', () => {
  it.each([
    [MINUTE, '10:17:00.000'],
    [HOUR, '10:00:00.000'],
    [DAY, '00:00:00.000'],
  ] as const)('of %d seconds is in UTC', (resolution, start) => {
    expect(bucketStart(at('10:17:59.999'), resolution)).toBe(at(start));
  });
});

describe('an outcome', () => {
  it('is counted in the minute, the hour and the day in which it was due', () => {
    const rows = rowsOf((rollups) => rollups.addOutcome(outcome({ dueAt: at('10:17:30') })));
    expect(rows.map(({ resolution, bucketStart: start, okCount }) => [resolution, start, okCount])).toEqual([
      [MINUTE, at('10:17:00'), 1],
      [HOUR, at('10:00:00'), 1],
      [DAY, at('00:00:00'), 1],
    ]);
  });

  it('counts as what came of it', () => {
    const ok = minuteOf({}, { verdict: 'failed' }, { verdict: 'inconclusive' }, {});
    expect(ok).toMatchObject({ okCount: 2, failedCount: 1, inconclusiveCount: 1, maintenanceCount: 0 });
  });

  it('in maintenance is in no other count, whatever came of it', () => {
    const row = minuteOf(
      { inMaintenance: true },
      { inMaintenance: true, verdict: 'failed' },
      { inMaintenance: true, verdict: 'inconclusive' },
    );
    expect(row).toMatchObject({
      okCount: 0,
      failedCount: 0,
      inconclusiveCount: 0,
      maintenanceCount: 3,
      timedCount: 0,
      minUs: null,
      maxUs: null,
      histogram: '',
    });
  });

  it('is timed when it was answered, also with what was not expected', () => {
    const row = minuteOf(
      { totalUs: 300 },
      { totalUs: 900, verdict: 'failed', statusCode: 500 },
      { totalUs: 5_000, verdict: 'failed', statusCode: null },
      { totalUs: 7_000, verdict: 'inconclusive' },
    );
    expect(row).toMatchObject({ timedCount: 2, sumUs: 1_200, minUs: 300, maxUs: 900 });
    expect(LatencyHistogram.parse(row.histogram).count).toBe(2);
  });
});

describe('a stored rollup', () => {
  it('and what is added to it is what all outcomes together come to', () => {
    const due = fc.integer({ min: 0, max: 3 }).map((minute) => at('10:00:00') + minute * 60_000);
    const any = fc.record({
      dueAt: due,
      verdict: fc.constantFrom('ok' as const, 'failed' as const, 'inconclusive' as const),
      inMaintenance: fc.boolean(),
      statusCode: fc.constantFrom(200, null),
      totalUs: fc.integer({ min: 1, max: 10_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(any), fc.array(any), (first, second) => {
        const add = (rollups: Rollups, outcomes: typeof first) => {
          for (const each of outcomes) rollups.addOutcome(outcome(each));
        };
        const stored = rowsOf((rollups) => add(rollups, first));
        const both = rowsOf((rollups) => {
          add(rollups, second);
          rollups.addStored(stored);
        });
        expect(both).toEqual(rowsOf((rollups) => add(rollups, [...first, ...second])));
      }),
    );
  });
});

describe('a gap', () => {
  const skipped = (gap: Omit<SkippedSlots, 'monitorId'>, resolution: Resolution) =>
    rowsOf((rollups) => rollups.addGap({ monitorId: M, ...gap }))
      .filter((row) => row.resolution === resolution)
      .map((row) => [row.bucketStart, row.skippedCount]);

  it('of up to an hour is counted by the minute too', () => {
    const gap = { from: at('10:00:50'), interval: 30_000, count: 4 };
    expect(skipped(gap, MINUTE)).toEqual([
      [at('10:00:00'), 1],
      [at('10:01:00'), 2],
      [at('10:02:00'), 1],
    ]);
    expect(skipped(gap, HOUR)).toEqual([[at('10:00:00'), 4]]);
  });

  it('of more than an hour is counted by hours and days', () => {
    const gap = { from: at('10:59:00'), interval: 60_000, count: 61 };
    expect(skipped(gap, MINUTE)).toEqual([]);
    expect(skipped(gap, HOUR)).toEqual([
      [at('10:00:00'), 1],
      [at('11:00:00'), 60],
    ]);
    expect(skipped(gap, DAY)).toEqual([[at('00:00:00'), 61]]);
  });

  it('leaves out stretches that none of its slots falls into', () => {
    expect(skipped({ from: at('10:00:00'), interval: 120_000, count: 2 }, MINUTE)).toEqual([
      [at('10:00:00'), 1],
      [at('10:02:00'), 1],
    ]);
  });

  it('has each of its slots in one bucket of each resolution', () => {
    const gaps = fc.record({
      from: fc.integer({ min: 0, max: 200_000_000 }).map((offset) => at('00:00:00') + offset),
      interval: fc.constantFrom(5_000, 60_000, 900_000, 3_600_000),
      count: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(gaps, fc.constantFrom(HOUR, DAY), (gap, resolution) => {
        const slots = Array.from({ length: gap.count }, (_, i) => gap.from + i * gap.interval);
        const counts = new Map<number, number>();
        for (const slot of slots) {
          const start = bucketStart(slot, resolution);
          counts.set(start, (counts.get(start) ?? 0) + 1);
        }
        expect(skipped(gap, resolution)).toEqual([...counts]);
      }),
    );
  });
});

describe('a rollup', () => {
  it('can be made of rollups of shorter stretches', () => {
    const minutes = rowsOf((rollups) => {
      rollups.addOutcome(outcome({ dueAt: at('10:01:00'), totalUs: 400 }));
      rollups.addOutcome(outcome({ dueAt: at('10:02:00'), totalUs: 100, verdict: 'failed' }));
    });
    const hour = new Rollup(M, HOUR, at('10:00:00'));
    for (const row of minutes.filter(({ resolution }) => resolution === MINUTE)) hour.addStored(row);
    expect([hour.toRow()]).toEqual(minutes.filter(({ resolution }) => resolution === HOUR));
    expect(resolutions).toEqual([MINUTE, HOUR, DAY]);
  });
});
