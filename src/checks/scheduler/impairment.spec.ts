import { describe, expect, it } from '@jest/globals';
import { impairmentOf, type ProcessReadings, verdictOf } from './impairment.js';

const well: ProcessReadings = {
  loopDelays: [20, 30],
  lag: 15,
  interval: 60_000,
  stoodStill: false,
  isDatabaseFailing: false,
};

describe('impairmentOf', () => {
  it('finds nothing where all is well', () => {
    expect(impairmentOf(well)).toBeNull();
  });

  it.each<[string, Partial<ProcessReadings>, string | null]>([
    ['a loop delayed by 250 ms', { loopDelays: [250] }, null],
    ['a loop delayed by more', { loopDelays: [251] }, 'event-loop'],
    ['one late probe thread of several', { loopDelays: [1, 900, 1] }, 'event-loop'],
    ['a tenth of the interval of lag', { lag: 6_000 }, null],
    ['more lag than that', { lag: 6_001 }, 'lag'],
    ['a second of lag at a short interval', { lag: 1_000, interval: 5_000 }, null],
    ['more than a second of lag at a short interval', { lag: 1_001, interval: 5_000 }, 'lag'],
    ['a failing database', { isDatabaseFailing: true }, 'database'],
    ['a standstill', { stoodStill: true }, 'standstill'],
    [
      'a standstill with all its consequences',
      { stoodStill: true, lag: 9_999, loopDelays: [9_999] },
      'standstill',
    ],
  ])('judges %s', (_, readings, expected) => {
    expect(impairmentOf({ ...well, ...readings })).toBe(expected);
  });
});

describe('verdictOf', () => {
  const ok = { ok: true, isInternalError: false };
  const bad = { ok: false, isInternalError: false };

  it('believes a good answer however unwell the process was', () => {
    expect(verdictOf(ok, 'event-loop')).toBe('ok');
  });

  it('believes a failure when the process was well', () => {
    expect(verdictOf(bad, null)).toBe('failed');
  });

  it('concludes nothing from a failure when the process was unwell', () => {
    expect(verdictOf(bad, 'database')).toBe('inconclusive');
  });

  it('concludes nothing from a failure that tells of this machine', () => {
    expect(verdictOf({ ok: false, isInternalError: true }, null)).toBe('inconclusive');
  });
});
