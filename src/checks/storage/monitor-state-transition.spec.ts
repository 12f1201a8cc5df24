import { describe, expect, it } from '@jest/globals';
import { initialState } from '../../monitors/monitor-states.js';
import { afterDoubt, afterSkippedSlots, afterCheck } from './monitor-state-transition.js';
import { outcome } from '../../../test/outcomes.js';

const T = Date.parse('2026-03-01T10:00:00Z');
const fresh = initialState('mon_1', new Date(T));
const up = {
  ...fresh,
  verdict: 'up' as const,
  since: T - 5_000,
  goodInRow: 3,
  lastDueAt: T,
  lastCheckedAt: T,
};

describe('a monitor that was never checked', () => {
  it.each([
    ['ok', 'up'],
    ['failed', 'down'],
  ] as const)('and whose check is %s comes to be %s', (verdict, status) => {
    const { state, transition } = afterCheck(fresh, outcome({ verdict, dueAt: T + 10, startedAt: T + 12 }));
    expect([transition, state.verdict, state.since]).toEqual([status, status, T + 12]);
  });
});

describe('a monitor that is up', () => {
  it('stays so with a good check, since when it was', () => {
    const { state, transition } = afterCheck(up, outcome({ dueAt: T + 60_000 }));
    expect(transition).toBeNull();
    expect(state).toMatchObject({ verdict: 'up', since: up.since, goodInRow: 4, badInRow: 0 });
  });

  it('comes to be down with a failed one, and back', () => {
    const failed = outcome({ verdict: 'failed', error: 'timeout', dueAt: T + 60_000, startedAt: T + 60_003 });
    const down = afterCheck(up, failed);
    expect(down.transition).toBe('down');
    expect(down.state).toMatchObject({
      verdict: 'down',
      since: T + 60_003,
      goodInRow: 0,
      badInRow: 1,
      lastError: 'timeout',
    });
    const again = afterCheck(down.state, outcome({ dueAt: T + 120_000 }));
    expect(again.transition).toBe('up');
    expect(again.state).toMatchObject({ verdict: 'up', goodInRow: 1, badInRow: 0, lastError: null });
  });

  const inconclusive = (dueAt: number) => outcome({ verdict: 'inconclusive', error: 'timeout', dueAt });

  it('stays so with an inconclusive one, and it is noted since when there is doubt', () => {
    const { state, transition } = afterCheck(up, inconclusive(T + 60_000));
    expect(transition).toBeNull();
    expect(state).toEqual({
      ...up,
      lastDueAt: T + 60_000,
      lastCheckedAt: T + 60_002,
      doubtedSince: T + 60_022,
      lastError: 'timeout',
    });
    expect(afterCheck(state, inconclusive(T + 120_000)).state.doubtedSince).toBe(T + 60_022);
  });

  it.each(['ok', 'failed'] as const)('is in doubt no more after a check that is %s', (verdict) => {
    const { state } = afterCheck(up, inconclusive(T + 60_000));
    const after = afterCheck(state, outcome({ verdict, dueAt: T + 120_000 }));
    expect(after.state.doubtedSince).toBeNull();
  });

  it.each([
    ['ok', 'up'],
    ['failed', 'down'],
  ] as const)('and then is not known to be comes to be known by a check that is %s', (verdict, status) => {
    const lost = afterDoubt(afterCheck(up, inconclusive(T + 60_000)).state, T + 120_000);
    expect(lost).toMatchObject({ verdict: 'unknown', since: T + 120_000 });
    const { state, transition } = afterCheck(lost, outcome({ verdict, dueAt: T + 180_000 }));
    expect([state.verdict, transition]).toEqual([status, status]);
  });
});

describe('the schedule', () => {
  it('notes when the check was due, whatever made it happen: it takes the place of a slot that was due', () => {
    const lastDueAt = (trigger: 'scheduled' | 'manual' | 'confirmation') =>
      afterCheck(up, outcome({ trigger, dueAt: T + 5 })).state.lastDueAt;
    expect([lastDueAt('scheduled'), lastDueAt('manual'), lastDueAt('confirmation')]).toEqual([
      T + 5,
      T + 5,
      T + 5,
    ]);
  });

  it('never goes back', () => {
    const late = outcome({ dueAt: T - 60_000, startedAt: T - 60_000 });
    expect(afterCheck(up, late).state).toMatchObject({ lastDueAt: T, lastCheckedAt: T });
  });

  it('is moved on by slots at which no check was made', () => {
    const gap = { monitorId: 'mon_1', from: T + 60_000, interval: 60_000, count: 3 };
    expect(afterSkippedSlots(up, gap)).toEqual({ ...up, lastDueAt: T + 180_000 });
  });
});

describe('the end of the certificate', () => {
  it('is kept when a check did not see one', () => {
    const seen = afterCheck(up, outcome({ certificateExpiresAt: T + 1 })).state;
    expect(afterCheck(seen, outcome({ certificateExpiresAt: null })).state.certificateExpiresAt).toBe(T + 1);
  });
});
