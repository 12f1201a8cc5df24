import { describe, expect, it } from '@jest/globals';
import { ProcessPauses } from './process-pauses.js';

/** Ticks every 100 ms from 0 to `end`. */
function ticking(end: number): ProcessPauses {
  const pauses = new ProcessPauses(100, 0);
  for (let now = 100; now <= end; now += 100) pauses.tick(now);
  return pauses;
}

describe('ProcessPauses', () => {
  it('sees none while ticks come about when they are planned', () => {
    const pauses = ticking(1_000);
    expect(pauses.tick(1_350)).toBe(0);
    expect(pauses.overlaps(0, 1_360)).toBe(false);
  });

  it('sees one where a tick is more than 250 ms late, and tells how long it was', () => {
    const standstills = ticking(1_000);
    expect(standstills.tick(1_351)).toBe(251);
  });

  it('voids the checks that were in flight, and no others', () => {
    const standstills = ticking(1_000);
    standstills.tick(6_000);
    for (let now = 6_100; now <= 8_000; now += 100) standstills.tick(now);
    expect([
      standstills.overlaps(200, 999),
      standstills.overlaps(200, 1_500),
      standstills.overlaps(2_000, 3_000),
      standstills.overlaps(500, 7_000),
      standstills.overlaps(5_999, 6_200),
      standstills.overlaps(6_001, 7_000),
    ]).toEqual([false, true, true, true, true, false]);
  });

  it('voids a check whose end is seen before the late tick, as after SIGCONT', () => {
    const standstills = ticking(1_000);
    expect(standstills.overlaps(900, 11_000)).toBe(true);
  });

  it('voids what was in flight when the wall clock jumped', () => {
    const standstills = ticking(1_000);
    standstills.jumped(1_050);
    standstills.tick(1_100);
    standstills.tick(1_200);
    expect([standstills.overlaps(900, 1_150), standstills.overlaps(1_060, 1_200)]).toEqual([true, false]);
  });

  it('remembers longer than a check can be in flight', () => {
    const standstills = ticking(1_000);
    standstills.tick(5_000);
    for (let now = 5_100; now <= 120_000; now += 100) standstills.tick(now);
    standstills.tick(121_000);
    expect(standstills.overlaps(4_900, 121_010)).toBe(true);
    expect(standstills.overlaps(4_900, 60_000)).toBe(true);
  });
});
