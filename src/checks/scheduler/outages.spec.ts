import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MINUTE, type Outage, SECOND, type Target, targets, watch } from '../../../test/outage-simulation.js';
import type { CheckError } from '../result/probe-result.js';
import { doubtLimit } from './doubt.js';

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
      const { opened } = watch(targets(count), { ourNetwork: [2 * MINUTE, 6 * MINUTE], failsAfter });
      expect(opened.length).toBeLessThanOrEqual(9);
    },
  );

  it('that comes and goes opens no more', () => {
    const all = targets(300);
    const guarded = [2.0, 2.2, 2.4, 2.6, 2.8].map(
      (minute) => watch(all, { ourNetwork: [minute * MINUTE, (minute + 3) * MINUTE] }).opened,
    );
    expect(guarded.map(({ length }) => length).filter((length) => length > 9)).toEqual([]);
  });

  it('that outlasts every memory opens no more', () => {
    const { opened } = watch(targets(30), { ourNetwork: [2 * MINUTE, 120 * MINUTE], until: 130 * MINUTE });
    expect(opened.length).toBeLessThanOrEqual(9);
  });

  it('opens nothing when it ends, among checks that began before', () => {
    const { opened } = watch(targets(300), { ourNetwork: [2 * MINUTE, 4 * MINUTE], failsAfter: 30 * SECOND });
    expect(opened.filter(({ at }) => at > 4 * MINUTE)).toEqual([]);
  });

  it('is not taken for many outages because targets in the same building answer', () => {
    const local = targets(10, 10, { address: '10.0.0.7' }).map((each) => ({
      ...each,
      id: `local_${each.id}`,
    }));
    const { opened } = watch([...local, ...targets(30)], { internet: [2 * MINUTE, 6 * MINUTE] });
    expect(opened.length).toBeLessThanOrEqual(9);
  });

  it('is over when answers come: a target that fails then is believed at once', () => {
    const { opened } = watch(targets(30), {
      ourNetwork: [2 * MINUTE, 3 * MINUTE],
      hosts: { 'host_7.example': [6 * MINUTE, 8 * MINUTE] },
    });
    expect(opened.filter(({ at }) => at > 6 * MINUTE)).toMatchObject([
      { host: 'host_7.example', failures: 1 },
    ]);
  });
});

describe('an outage of many targets while others answer', () => {
  const half = (count: number, interval: number): Target[] =>
    targets(count, count, { interval }).map((each, i) =>
      i % 2 === 0 ? { ...each, host: 'large.example' } : each,
    );
  const hosts = { 'large.example': [2 * MINUTE, 60 * MINUTE] as Outage };

  it.each([60, 24])('half of %p monitors is believed, of each after one more check at most', (count) => {
    const { opened, changes } = watch(half(count, MINUTE), { hosts, until: 6 * MINUTE });
    expect(opened).toHaveLength(count / 2);
    expect(Math.max(...opened.map(({ failures }) => failures))).toBeLessThanOrEqual(2);
    expect(opened.slice(0, 9).map(({ failures }) => failures)).toEqual(Array.from({ length: 9 }, () => 1));
    expect(changes.filter(({ status }) => status === 'unknown')).toEqual([]);
  });

  it('is believed sooner when witnesses are asked, where the others are checked seldom', () => {
    const all = [...targets(20, 20), ...targets(3, 3, { interval: 60 * MINUTE })].map((each, i) =>
      i < 20
        ? { ...each, host: 'large.example' }
        : { ...each, id: `seldom_${i}`, host: `seldom_${i}.example` },
    );
    const outage = { hosts, until: 3.5 * MINUTE };
    expect(watch(all, outage).opened).toHaveLength(20);
    expect(watch(all, { ...outage, asks: false }).opened.length).toBeLessThan(20);
  });

  it('with one monitor is believed at once', () => {
    const { opened } = watch(targets(30), { hosts: { 'host_7.example': [2 * MINUTE, 60 * MINUTE] } });
    expect(opened).toMatchObject([{ host: 'host_7.example', failures: 1 }]);
  });
});

describe('an outage of all monitors of one endpoint or two', () => {
  const out: Outage = [2 * MINUTE, 60 * MINUTE];

  it.each([
    [12, 1],
    [20, 1],
    [30, 2],
    [300, 2],
  ])('is believed at once, of %p names at %p addresses', (names, addresses) => {
    const all = targets(names).map((each, i) => ({ ...each, address: `93.184.216.${i % addresses}` }));
    const { opened } = watch(all, { ourNetwork: out });
    expect(opened).toHaveLength(names);
    expect(Math.max(...opened.map(({ failures }) => failures))).toBe(1);
  });
});

describe('targets that all refuse, or take connections and say nothing', () => {
  it('are believed at once where they refuse: somebody is there to say no', () => {
    const { opened } = watch(targets(30), { ourNetwork: [2 * MINUTE, 9e9], error: 'connection-refused' });
    expect(opened).toHaveLength(30);
    expect(Math.max(...opened.map(({ failures }) => failures))).toBe(1);
  });

  it('are believed after two more checks at most where they take connections', () => {
    const { opened, changes } = watch(targets(30), { ourNetwork: [2 * MINUTE, 9e9], connects: true });
    expect(changes.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 'down'));
    expect(Math.max(...opened.map(({ failures }) => failures))).toBeLessThanOrEqual(3);
  });
});

describe('fewer than ten monitors', () => {
  it('are believed at once', () => {
    const { opened } = watch(targets(9), { ourNetwork: [2 * MINUTE, 6 * MINUTE] });
    expect(opened.map(({ failures }) => failures)).toEqual(Array.from({ length: 9 }, () => 1));
  });
});

describe('what is shown while nothing answers', () => {
  /** From the second check of each monitor on. */
  const began = (interval: number) => Math.max(2 * MINUTE, interval);
  const ended = (interval: number) => began(interval) + 28 * MINUTE;
  const blind = (interval = MINUTE) => ({ ourNetwork: [began(interval), ended(interval)] as Outage });

  it.each([
    [12, MINUTE, 'timeout'],
    [12, 5 * SECOND, 'timeout'],
    [300, MINUTE, 'timeout'],
    [12, MINUTE, 'dns-failed'],
    [40, 60 * MINUTE, 'timeout'],
  ] as const)(
    'is that it is not known, of %p monitors each %p ms that end in %s',
    (count, interval, error) => {
      const world = { ...blind(interval), error, until: ended(interval) - MINUTE };
      const { statuses } = watch(targets(count, count, { interval }), world);
      expect(statuses).toEqual({ unknown: count });
    },
  );

  it.each([5 * SECOND, MINUTE, 60 * MINUTE])(
    'is up for no longer than the limit after the first bad check of a monitor, each %p ms',
    (interval) => {
      const world = { ...blind(interval), until: ended(interval) - MINUTE };
      const { changes, opened } = watch(targets(30, 30, { interval }), world);
      const first = new Map<string, number>();
      for (const { id, at } of changes) if (!first.has(id)) first.set(id, at);
      expect(opened.length).toBeLessThanOrEqual(9);
      expect(first.size).toBe(30);
      const lateness = [...first.values()].map((at) => at - began(interval));
      const checkedWithin = Math.min(interval, MINUTE) + 5 * SECOND;
      expect(Math.max(...lateness)).toBeLessThanOrEqual(checkedWithin + doubtLimit(interval) + SECOND);
    },
  );

  it.each([MINUTE, 60 * MINUTE])(
    'is right within twenty seconds once sight returns, each %p ms',
    (interval) => {
      const hosts = { 'host_7.example': [began(interval), 9e9] as Outage };
      const world = { ...blind(interval), hosts, until: ended(interval) + 20 * SECOND };
      const { statuses } = watch(targets(30, 30, { interval }), world);
      expect(statuses).toEqual({ up: 29, down: 1 });
    },
  );

  it.each([2.2, 2.5, 3.5, 10])('stays so over a restart %p minutes after the beginning', (minute) => {
    const all = targets(30);
    const world = { ...blind(), restartAt: minute * MINUTE };
    const { statuses, opened } = watch(all, { ...world, until: 29 * MINUTE });
    expect(statuses.up ?? 0).toBe(0);
    expect(opened.length).toBeLessThanOrEqual(18);
    expect(watch(all, { ...world, until: 32 * MINUTE }).statuses).toEqual({ up: 30 });
  });

  it('never says up of a monitor whose checks have failed for longer than the limit, whatever fails when', () => {
    const span = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(5 * SECOND, MINUTE),
        fc.constantFrom<CheckError>('timeout', 'connection-refused', 'dns-failed'),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 39 }), span), { maxLength: 30 }),
        fc.option(span),
        (count, addresses, interval, error, outages, own) => {
          const outage = ([from, lasts]: readonly [number, number]): Outage => [
            from * MINUTE,
            (from + lasts) * MINUTE,
          ];
          const hosts = Object.fromEntries(outages.map(([i, each]) => [`host_${i}.example`, outage(each)]));
          const world = { hosts, error, ...(own && { ourNetwork: outage(own) }) };
          const { longestLie } = watch(targets(count, addresses, { interval }), world);
          expect(longestLie).toBeLessThanOrEqual(doubtLimit(interval) + SECOND);
        },
      ),
      { numRuns: 60 },
    );
  });
});
