import { describe, expect, it } from '@jest/globals';
import type { CheckError } from '../result/probe-result.js';
import { type Judged, MassFailureGuard, type Decision } from './mass-failure-guard.js';

describe('MassFailureGuard', () => {
  const phases = { dns: 100, connect: null, tls: null, firstByte: null, total: 100_000 };
  const nothing = { statusCode: null, isInternalError: false, phases };
  const check = (id: number, now: number, error: CheckError | null, more: Partial<Judged> = {}): Judged => ({
    monitorId: `monitor_${id}`,
    host: `host_${id}.example`,
    wasUp: true,
    wasDoubted: false,
    finding: { ...nothing, ok: error === null, error, address: `93.184.216.${id}` },
    startedAt: now - 100,
    finishedAt: now,
    ...more,
  });

  function judgeAll(
    guard: MassFailureGuard,
    count: number,
    error: CheckError,
    more: Partial<Judged> = {},
  ): Decision[] {
    guard.setActive(count);
    return Array.from({ length: count }, (_, i) => guard.judge(check(i, 1_000 + i, error, more)));
  }
  const doubts = (rulings: readonly Decision[]): number =>
    rulings.filter(({ isBelieved }) => !isBelieved).length;

  it.each<CheckError>(['timeout', 'dns-failed'])(
    'doubts the tenth of many in a row that end in %s',
    (error) => {
      expect(doubts(judgeAll(new MassFailureGuard(), 12, error))).toBe(3);
    },
  );

  it.each<CheckError>([
    'connection-refused',
    'connection-reset',
    'tls-failed',
    'protocol-error',
    'tls-expired',
    'tls-hostname-mismatch',
    'tls-untrusted',
    'address-not-allowed',
    'too-many-redirects',
    'unexpected-status',
    'assertion-failed',
  ])('doubts none of many in a row that end in %s', (error) => {
    expect(doubts(judgeAll(new MassFailureGuard(), 12, error))).toBe(0);
  });

  it('doubts no failure after the head of an answer came', () => {
    const finding = { ...nothing, ok: false, error: 'timeout', statusCode: 200, address: null } as const;
    expect(doubts(judgeAll(new MassFailureGuard(), 12, 'timeout', { finding }))).toBe(0);
  });

  it('counts no monitor that was down before', () => {
    expect(doubts(judgeAll(new MassFailureGuard(), 30, 'timeout', { wasUp: false }))).toBe(0);
  });

  it('counts those that it believed a moment ago, also when they fail again before many do', () => {
    const guard = new MassFailureGuard();
    judgeAll(guard, 6, 'timeout');
    judgeAll(guard, 6, 'timeout', { wasUp: false });
    expect(doubts(judgeAll(guard, 12, 'timeout', { wasUp: false }))).toBe(0);
    guard.setActive(12);
    const rest = Array.from({ length: 6 }, (_, i) => guard.judge(check(6 + i, 2_000, 'timeout')));
    expect(doubts(rest)).toBe(3);
  });

  it('tells why it doubts, until failures have ceased for a minute', () => {
    const guard = new MassFailureGuard();
    expect(guard.reason(0)).toBeNull();
    judgeAll(guard, 12, 'timeout');
    expect([guard.isTripped(2_000), guard.reason(2_000)]).toEqual([
      true,
      '10 of 12 active monitors turned bad within a minute',
    ]);
    expect([guard.isTripped(63_000), guard.reason(63_000)]).toEqual([false, null]);
  });

  it('doubts what began before answers came again, and believes what began later', () => {
    const guard = new MassFailureGuard();
    judgeAll(guard, 12, 'timeout');
    for (let i = 0; i < 12; i += 1) guard.judge(check(i, 20_100, null, { startedAt: 20_000 }));
    expect(guard.isTripped(20_200)).toBe(false);
    expect(guard.judge(check(50, 45_000, 'timeout', { startedAt: 15_000 })).isBelieved).toBe(false);
    expect(guard.judge(check(51, 45_000, 'timeout', { startedAt: 20_101 })).isBelieved).toBe(true);
  });

  it('believes no look-up of a name that may be from before answers came again', () => {
    const guard = new MassFailureGuard();
    judgeAll(guard, 12, 'dns-failed');
    for (let i = 0; i < 11; i += 1) guard.judge(check(i, 20_100, null, { startedAt: 20_000 }));
    const again = (startedAt: number) =>
      guard.judge(check(11, startedAt + 100, 'dns-failed', { startedAt })).isBelieved;
    expect([again(20_200), again(29_000), again(30_200)]).toEqual([false, false, true]);
  });

  it('asks for a monitor that answered lately as witness', () => {
    const guard = new MassFailureGuard();
    guard.judge(check(99, 500, null));
    expect(judgeAll(guard, 12, 'timeout').at(-1)).toEqual({ isBelieved: false, ask: ['monitor_99'] });
  });

  it('asks for none that has failed since', () => {
    const guard = new MassFailureGuard();
    guard.judge(check(3, 500, null));
    expect(judgeAll(guard, 12, 'timeout').at(-1)).toEqual({ isBelieved: false, ask: [] });
  });

  it('asks again for those that it believed before so many were silent', () => {
    const nine = Array.from({ length: 9 }, (_, i) => `monitor_${i}`);
    expect(judgeAll(new MassFailureGuard(), 12, 'timeout')[9]!.ask).toEqual(nine);
  });

  it('asks for all that are in doubt when an answer comes, once', () => {
    const guard = new MassFailureGuard();
    judgeAll(guard, 12, 'timeout');
    const ids = Array.from({ length: 12 }, (_, i) => `monitor_${i}`);
    const { ask } = guard.judge(check(99, 5_000, null));
    expect(ask.toSorted()).toEqual(ids.toSorted());
    expect(guard.judge(check(98, 6_000, 'connection-refused')).ask).toEqual([]);
  });

  it('names one that is in doubt to look out with, another each time, while nothing answers', () => {
    const guard = new MassFailureGuard();
    judgeAll(guard, 12, 'timeout');
    const [first] = guard.lookouts(2_000);
    guard.judge(check(Number(first!.split('_')[1]), 3_000, 'timeout'));
    const [second] = guard.lookouts(4_000);
    expect([first, second].map((id) => id?.startsWith('monitor_'))).toEqual([true, true]);
    expect(second).not.toBe(first);
    guard.judge(check(99, 5_000, null));
    expect(guard.lookouts(70_000)).toEqual([]);
  });

  it('doubts those from before a restart, until it knows better', () => {
    const guard = new MassFailureGuard();
    guard.setActive(12);
    const doubted = { wasUp: false, wasDoubted: true };
    expect(guard.judge(check(0, 1_000, 'timeout', doubted)).isBelieved).toBe(false);
    expect(guard.judge(check(0, 30_000, 'timeout', doubted)).isBelieved).toBe(false);
    expect(guard.judge(check(0, 62_000, 'timeout', doubted)).isBelieved).toBe(true);
  });

  it('learns nothing of the network from a check that never left this machine', () => {
    const guard = new MassFailureGuard();
    judgeAll(guard, 12, 'timeout');
    const finding = {
      ...nothing,
      ok: false,
      error: 'connection-refused',
      isInternalError: true,
      address: null,
    } as const;
    guard.judge(check(99, 5_000, null, { finding }));
    expect(guard.isTripped(6_000)).toBe(true);
  });
});
