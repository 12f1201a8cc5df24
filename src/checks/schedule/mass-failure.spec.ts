import { describe, expect, it } from '@jest/globals';
import type { CheckError } from '../probe.js';
import { Heap } from './heap.js';
import { type Judged, MassFailureGuard, type Ruling } from './mass-failure.js';

const SECOND = 1_000;
const MINUTE = 60_000;

interface Target {
  readonly id: string;
  readonly host: string;
  readonly interval: number;
  readonly address: string;
}

/** Monitors with a host each, or on the hosts given, spread over their interval. */
const targets = (count: number, hosts = count, more: Partial<Target> = {}): Target[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${more.host ?? 'public'}_${i}`,
    host: `host_${i % hosts}.example`,
    interval: MINUTE,
    address: `93.184.216.${i % 250}`,
    ...more,
  }));

/** From when to when something is out of reach. */
type Outage = readonly [from: number, to: number];
const NEVER: Outage = [Infinity, Infinity];

interface World {
  readonly ourNetwork?: Outage;
  readonly internet?: Outage;
  readonly hosts?: Readonly<Record<string, Outage>>;
  /** How long a check lasts that gets no answer. */
  readonly failsAfter?: number;
  readonly usesWitnesses?: boolean;
  readonly until?: number;
}

interface Opened {
  readonly id: string;
  readonly host: string;
  readonly at: number;
  /** How many of its checks had failed. */
  readonly failures: number;
}

/** Checks targets as an engine does. Answers which of them were believed to be down, in order. */
function watch(all: readonly Target[], world: World): Opened[] {
  const { ourNetwork = NEVER, internet = NEVER, hosts = {}, failsAfter = 5 * SECOND } = world;
  const guard = new MassFailureGuard();
  guard.setActive(all.length);
  const opened: Opened[] = [];
  const down = new Set<string>();
  const failures = new Map<string, number>();
  /** Two events a target: the next check by the grid, and one that was asked for; and ends of checks. */
  const events = new Heap<{ target: Target; startedAt: number | null }>();
  const busy = new Set<string>();
  const byId = new Map(all.map((target) => [target.id, target]));
  all.forEach((target, i) => {
    events.set(`grid ${target.id}`, (i / all.length) * Math.min(target.interval, MINUTE), {
      target,
      startedAt: null,
    });
  });
  const isOut = ([from, to]: Outage, start: number, end: number) => start < to && end >= from;
  const reaches = ({ host, address }: Target, start: number, end: number) =>
    !isOut(ourNetwork, start, end) &&
    !isOut(hosts[host] ?? NEVER, start, end) &&
    (address.startsWith('10.') || !isOut(internet, start, end));

  function ends(target: Target, startedAt: number, now: number): void {
    busy.delete(target.id);
    const ok = reaches(target, startedAt, startedAt + 200);
    const ruling = guard.judge({
      monitorId: target.id,
      host: target.host,
      wasUp: !down.has(target.id),
      finding: { error: ok ? null : 'timeout', statusCode: ok ? 200 : null, address: target.address },
      startedAt,
      finishedAt: now,
    });
    failures.set(target.id, ok ? 0 : (failures.get(target.id) ?? 0) + 1);
    if (ok) down.delete(target.id);
    else if (ruling.kind === 'recheck') {
      events.set(`asked ${target.id}`, now + 10 * SECOND, { target, startedAt: null });
      const witness = world.usesWitnesses === true ? byId.get(ruling.witness ?? '') : undefined;
      if (witness !== undefined) events.set(`asked ${witness.id}`, now, { target: witness, startedAt: null });
    } else if (!down.has(target.id)) {
      down.add(target.id);
      opened.push({ id: target.id, host: target.host, at: now, failures: failures.get(target.id)! });
    }
  }

  for (let event = events.pop(); event !== undefined; event = events.pop()) {
    const { key, priority: now, value } = event;
    if (now > (world.until ?? 10 * MINUTE)) break;
    const { target, startedAt } = value;
    if (key.startsWith('grid')) events.set(key, now + target.interval, value);
    if (startedAt !== null) ends(target, startedAt, now);
    else if (!busy.has(target.id)) {
      busy.add(target.id);
      const lasts = reaches(target, now, now + 200) ? 200 : failsAfter;
      events.set(`end ${target.id}`, now + lasts, { target, startedAt: now });
    }
  }
  return opened;
}

describe('an outage of our own network', () => {
  it.each([
    [12, 5 * SECOND],
    [30, 5 * SECOND],
    [30, 30 * SECOND],
    [30, 10],
    [300, 5 * SECOND],
    [300, 30 * SECOND],
    [3_000, 30 * SECOND],
  ])(
    'of four minutes opens nine incidents at most among %p monitors that fail after %p ms',
    (count, failsAfter) => {
      const opened = watch(targets(count), { ourNetwork: [2 * MINUTE, 6 * MINUTE], failsAfter });
      expect(opened.length).toBeLessThanOrEqual(9);
    },
  );

  it('that comes and goes opens no more', () => {
    const all = targets(300);
    const guarded = [2.0, 2.2, 2.4, 2.6, 2.8].map((minute) =>
      watch(all, { ourNetwork: [minute * MINUTE, (minute + 3) * MINUTE] }),
    );
    expect(guarded.map(({ length }) => length).filter((length) => length > 9)).toEqual([]);
  });

  it('that outlasts every memory opens no more', () => {
    const opened = watch(targets(30), { ourNetwork: [2 * MINUTE, 120 * MINUTE], until: 130 * MINUTE });
    expect(opened.length).toBeLessThanOrEqual(9);
  });

  it('opens nothing when it ends, among checks that began before', () => {
    const opened = watch(targets(300), { ourNetwork: [2 * MINUTE, 4 * MINUTE], failsAfter: 30 * SECOND });
    expect(opened.filter(({ at }) => at > 4 * MINUTE)).toEqual([]);
  });

  it('is not taken for many outages because targets in the same building answer', () => {
    const local = targets(10, 10, { address: '10.0.0.7' }).map((each) => ({
      ...each,
      id: `local_${each.id}`,
    }));
    const opened = watch([...local, ...targets(30)], { internet: [2 * MINUTE, 6 * MINUTE] });
    expect(opened.length).toBeLessThanOrEqual(9);
  });

  it('is over when answers come: a target that fails then is believed at once', () => {
    const opened = watch(targets(30), {
      ourNetwork: [2 * MINUTE, 3 * MINUTE],
      hosts: { 'host_7.example': [6 * MINUTE, 8 * MINUTE] },
    });
    expect(opened.filter(({ at }) => at > 6 * MINUTE)).toMatchObject([
      { host: 'host_7.example', failures: 1 },
    ]);
  });
});

describe('an outage of one host', () => {
  const half = (count: number, interval: number): Target[] =>
    targets(count, count, { interval }).map((each, i) =>
      i % 2 === 0 ? { ...each, host: 'large.example' } : each,
    );
  const hosts = { 'large.example': [2 * MINUTE, 60 * MINUTE] as Outage };

  it('with half of all monitors is believed, of each after one more check at most', () => {
    const opened = watch(half(60, MINUTE), { hosts, until: 6 * MINUTE });
    expect(opened).toHaveLength(30);
    expect(Math.max(...opened.map(({ failures }) => failures))).toBe(2);
    expect(opened.slice(0, 9).map(({ failures }) => failures)).toEqual(Array.from({ length: 9 }, () => 1));
  });

  it('is believed sooner when witnesses are asked, where the others are checked seldom', () => {
    const all = [...targets(20, 1), ...targets(3, 3, { interval: 60 * MINUTE })].map((each, i) =>
      i < 20 ? each : { ...each, id: `seldom_${i}`, host: `seldom_${i}.example` },
    );
    const outage = { hosts: { 'host_0.example': [2 * MINUTE, 60 * MINUTE] as Outage }, until: 8 * MINUTE };
    const opened = watch(all, { ...outage, usesWitnesses: true });
    expect(opened).toHaveLength(20);
    expect(watch(all, outage).length).toBeLessThan(20);
  });

  it('with all monitors is believed after one more check, because it cannot be told from ours', () => {
    const opened = watch(targets(30, 2), {
      hosts: { 'host_0.example': [2 * MINUTE, 60 * MINUTE], 'host_1.example': [2 * MINUTE, 60 * MINUTE] },
    });
    expect(opened).toHaveLength(30);
    expect(Math.max(...opened.map(({ failures }) => failures))).toBe(2);
  });

  it('with one monitor is believed at once', () => {
    const opened = watch(targets(30), { hosts: { 'host_7.example': [2 * MINUTE, 60 * MINUTE] } });
    expect(opened).toMatchObject([{ host: 'host_7.example', failures: 1 }]);
  });
});

describe('fewer than ten monitors', () => {
  it('are believed at once', () => {
    const opened = watch(targets(9), { ourNetwork: [2 * MINUTE, 6 * MINUTE] });
    expect(opened.map(({ failures }) => failures)).toEqual(Array.from({ length: 9 }, () => 1));
  });
});

describe('MassFailureGuard', () => {
  const check = (id: number, now: number, error: CheckError | null, more: Partial<Judged> = {}): Judged => ({
    monitorId: `monitor_${id}`,
    host: `host_${id}.example`,
    wasUp: true,
    finding: { error, statusCode: null, address: '93.184.216.34' },
    startedAt: now - 100,
    finishedAt: now,
    ...more,
  });

  function judgeAll(
    guard: MassFailureGuard,
    count: number,
    error: CheckError,
    more: Partial<Judged> = {},
  ): Ruling[] {
    guard.setActive(count);
    return Array.from({ length: count }, (_, i) => guard.judge(check(i, 1_000 + i, error, more)));
  }
  const doubts = (rulings: readonly Ruling[]): number =>
    rulings.filter(({ kind }) => kind === 'recheck').length;

  it.each<CheckError>([
    'timeout',
    'connection-refused',
    'connection-reset',
    'dns-failed',
    'tls-failed',
    'protocol-error',
  ])('doubts the tenth of many in a row that end in %s', (error) => {
    expect(doubts(judgeAll(new MassFailureGuard(), 12, error))).toBe(3);
  });

  it.each<CheckError>([
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
    const finding = { error: 'timeout', statusCode: 200, address: null } as const;
    expect(doubts(judgeAll(new MassFailureGuard(), 12, 'timeout', { finding }))).toBe(0);
  });

  it('counts no monitor that was down before', () => {
    expect(doubts(judgeAll(new MassFailureGuard(), 30, 'timeout', { wasUp: false }))).toBe(0);
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
    const answer = { error: null, statusCode: 200, address: '93.184.216.34' };
    for (let i = 0; i < 12; i += 1) {
      guard.judge(check(i, 20_100, null, { finding: answer, startedAt: 20_000 }));
    }
    expect(guard.isTripped(20_200)).toBe(false);
    expect(guard.judge(check(50, 45_000, 'timeout', { startedAt: 15_000 })).kind).toBe('recheck');
    expect(guard.judge(check(51, 45_000, 'timeout', { startedAt: 20_101 })).kind).toBe('believe');
  });

  it('names a monitor that answered lately as witness', () => {
    const guard = new MassFailureGuard();
    guard.judge(
      check(99, 500, null, { finding: { error: null, statusCode: 204, address: '93.184.216.34' } }),
    );
    expect(judgeAll(guard, 12, 'timeout').at(-1)).toEqual({ kind: 'recheck', witness: 'monitor_99' });
  });

  it('names none that has failed since', () => {
    const guard = new MassFailureGuard();
    guard.judge(check(3, 500, null, { finding: { error: null, statusCode: 204, address: '93.184.216.34' } }));
    expect(judgeAll(guard, 12, 'timeout').at(-1)).toEqual({ kind: 'recheck', witness: null });
  });
});
