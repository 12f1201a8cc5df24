import { describe, expect, it } from '@jest/globals';
import { type MetricPeriod, rangeOf } from './metric-periods.js';

const told = (period: MetricPeriod, now: string) => {
  const { from, to, bucket } = rangeOf(period, Date.parse(now));
  return [new Date(from).toISOString(), new Date(to).toISOString(), (to - from) / bucket / 1000];
};

describe('rangeOf', () => {
  it.each([
    ['24h', '2026-03-30T14:30:00.000Z', '2026-03-31T14:30:00.000Z', 96],
    ['7d', '2026-03-24T15:00:00.000Z', '2026-03-31T15:00:00.000Z', 168],
    ['30d', '2026-03-01T18:00:00.000Z', '2026-03-31T18:00:00.000Z', 120],
    ['90d', '2026-01-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z', 90],
  ] as const)('of %s ends with the bucket that now is in', (period, ...expected) => {
    expect(told(period, '2026-03-31T14:25:36.789Z')).toEqual(expected);
  });

  it('goes on to the next bucket with its first millisecond', () => {
    expect(told('24h', '2026-03-31T14:29:59.999Z')[1]).toBe('2026-03-31T14:30:00.000Z');
    expect(told('24h', '2026-03-31T14:30:00.000Z')[1]).toBe('2026-03-31T14:45:00.000Z');
  });
});
