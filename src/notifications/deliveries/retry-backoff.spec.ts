import { describe, expect, it } from '@jest/globals';
import { retryAfterMs, retryDelay } from './retry-backoff.js';

const MIDDLE = 0.5;
const HOUR = 3_600_000;

describe('retryDelay', () => {
  it('is 5 s, 30 s, 2 min, 10 min, 1 h and 6 h', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((attempts) => retryDelay(attempts, MIDDLE));
    expect(delays).toEqual([5_000, 30_000, 120_000, 600_000, HOUR, 6 * HOUR]);
  });

  it('is none after the seventh attempt, whatever the receiver asks for', () => {
    expect([retryDelay(7, MIDDLE), retryDelay(7, MIDDLE, 1_000), retryDelay(8, MIDDLE)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('spreads by a fifth to either side', () => {
    expect([retryDelay(3, 0), retryDelay(3, 1 - Number.EPSILON)]).toEqual([96_000, 144_000]);
  });

  it('is as long as the receiver asks for, up to six hours', () => {
    expect(retryDelay(1, MIDDLE, 90_000)).toBe(90_000);
    expect(retryDelay(1, MIDDLE, 48 * HOUR)).toBe(6 * HOUR);
  });

  it('is not shortened by the receiver, which would use up the attempts', () => {
    expect(retryDelay(4, MIDDLE, 0)).toBe(600_000);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-20T16:45:00Z');

  it('reads seconds', () => {
    expect(retryAfterMs('120', now)).toBe(120_000);
  });

  it('reads a date', () => {
    expect(retryAfterMs('Fri, 20 Nov 2026 16:46:00 GMT', now)).toBe(60_000);
  });

  it('takes a date that has passed as now', () => {
    expect(retryAfterMs('Fri, 20 Nov 2026 16:00:00 GMT', now)).toBe(0);
  });

  it.each([undefined, '', 'soon', '-5', '1.5', '2026'.repeat(2) + 'x'])('makes nothing of %j', (header) => {
    expect(retryAfterMs(header, now)).toBeNull();
  });
});
