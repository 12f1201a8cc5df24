import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.js';

/** Spread over the magnitudes, as durations are. */
const duration = fc
  .double({ min: Math.log(50), max: Math.log(70_000_000), noNaN: true })
  .map((log) => Math.round(Math.exp(log)));
const durations = fc.array(duration, { minLength: 1, maxLength: 200 });
const share = fc.constantFrom(0, 0.01, 0.5, 0.95, 0.99, 1);

function of(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

function exactQuantile(values: readonly number[], p: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.max(1, Math.ceil(p * ascending.length)) - 1]!;
}

describe('a latency histogram', () => {
  it('has quantiles that are less than 8 % off', () => {
    fc.assert(
      fc.property(durations, share, (values, p) => {
        const exact = exactQuantile(values, p);
        const estimate = of(values).quantile(p, ...ends(values))!;
        expect(Math.abs(estimate - exact)).toBeLessThan(0.08 * exact);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has exact quantiles of durations that are all the same', () => {
    fc.assert(
      fc.property(duration, share, (value, p) => {
        expect(of([value, value, value]).quantile(p, value, value)).toBe(value);
      }),
    );
  });

  it('merged with another is what has the durations of both', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = of(some);
        merged.merge(of(others));
        expect(`${merged}`).toBe(`${of([...some, ...others])}`);
      }),
    );
  });

  it('merged with the text of another is what is merged with the other', () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const merged = of(some);
        merged.mergeText(`${of(others)}`);
        expect(`${merged}`).toBe(`${of([...some, ...others])}`);
      }),
    );
  });

  it('survives being text', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const text = `${of(values)}`;
        const read = LatencyHistogram.parse(text);
        expect([`${read}`, read.count]).toEqual([text, values.length]);
      }),
    );
  });

  it('of few lengths is short text', () => {
    expect(`${of([266, 266, 266, 400])}`).toBe('12:3,15:1');
  });

  it('of nothing is no text, and has no quantile', () => {
    const empty = LatencyHistogram.parse('');
    expect([`${empty}`, empty.count, empty.quantile(0.5, 0, 0)]).toEqual(['', 0, null]);
  });

  it('takes what is shorter or longer than it can tell apart', () => {
    const values = [0, 3, 500_000_000];
    const histogram = of(values);
    expect([0.01, 1].map((p) => histogram.quantile(p, 0, 500_000_000))).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(histogram.count).toBe(3);
    expect(histogram.quantile(0.5, 0, 500_000_000)).toBeLessThanOrEqual(50);
    expect(histogram.quantile(1, 0, 500_000_000)).toBeGreaterThan(65_000_000);
  });
});
