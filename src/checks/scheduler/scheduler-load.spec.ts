import { describe, expect, it } from '@jest/globals';
import { PriorityQueue } from './priority-queue.js';
import type { ScheduledMonitor, Skipped, StartedCheck } from './schedule.types.js';
import { Scheduler } from './scheduler.js';

const NOW = 1_800_000_000_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const monitors = (count: number, interval: number, teamId = 'team'): ScheduledMonitor[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${teamId}_${i}`,
    teamId,
    host: `${teamId}_${i}.example`,
    interval,
    timeout: 5_000,
  }));

interface Run {
  readonly starts: ReadonlyArray<StartedCheck & { readonly at: number }>;
  readonly skipped: readonly Skipped[];
  readonly mostInFlight: number;
}

/** Drives a scheduler from `from` to `to`, each check taking `duration`. */
function drive(scheduler: Scheduler, from: number, to: number, duration: number): Run {
  const starts: Array<StartedCheck & { at: number }> = [];
  const skipped: Skipped[] = [];
  const ends = new PriorityQueue<null>();
  let mostInFlight = 0;
  for (let now = from; now <= to;) {
    for (let end = ends.peek(); end !== undefined && end.priority <= now; end = ends.peek()) {
      ends.pop();
      scheduler.finished(end.key, now);
    }
    const due = scheduler.due(now);
    skipped.push(...due.skipped);
    for (const start of due.starts) {
      starts.push({ ...start, at: now });
      ends.set(start.monitorId, now + duration, null);
    }
    mostInFlight = Math.max(mostInFlight, scheduler.inFlight);
    now = Math.min(scheduler.nextWakeUp(now) ?? Infinity, ends.peek()?.priority ?? Infinity);
  }
  return { starts, skipped, mostInFlight };
}

function perSecond({ starts }: Run, from: number, seconds: number): number[] {
  const counts = Array.from({ length: seconds }, () => 0);
  for (const { at } of starts) {
    const second = Math.floor((at - from) / SECOND);
    if (second < seconds) counts[second]! += 1;
  }
  return counts;
}

function perMonitor({ starts }: Run): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { monitorId, at } of starts) times.set(monitorId, [...(times.get(monitorId) ?? []), at]);
  return times;
}

function taken(all: readonly ScheduledMonitor[], lastDueAt: number, now: number, total = 512): Scheduler {
  const scheduler = new Scheduler({ total, perHost: 8 });
  for (const each of all) scheduler.add(each, { lastDueAt, checkAtOnce: false }, now);
  return scheduler;
}

describe('ten thousand monitors a minute', () => {
  const run = drive(taken(monitors(10_000, MINUTE), NOW, NOW), NOW, NOW + 2 * MINUTE, 100);

  it('are each checked once a minute', () => {
    expect(run.starts.length).toBe(20_000);
    expect(run.skipped).toEqual([]);
  });

  it('are spread over its seconds', () => {
    const counts = perSecond(run, NOW, 120);
    // 167 a second; chance alone would stay within four times its root.
    expect(Math.max(...counts)).toBeLessThan(230);
    expect(Math.min(...counts)).toBeGreaterThan(105);
  });
});

describe('a take-over after an hour', () => {
  const run = drive(taken(monitors(1_000, MINUTE), NOW - HOUR, NOW, 64), NOW, NOW + 30 * SECOND, 1_000);

  it('checks each monitor once for what it missed, within the limits', () => {
    const late = run.starts.filter(({ plannedAt }) => plannedAt <= NOW);
    expect(new Set(late.map(({ monitorId }) => monitorId)).size).toBe(late.length);
    // Those whose next slot came while they waited are checked for that one.
    expect(perMonitor(run).size).toBe(1_000);
    expect(run.mostInFlight).toBeLessThanOrEqual(64);
  });

  it('counts the other slots as skipped', () => {
    const skipped = run.skipped.reduce((sum, { count }) => sum + count, 0);
    expect(skipped).toBeGreaterThanOrEqual(1_000 * 59);
    expect(skipped).toBeLessThanOrEqual(1_000 * 60);
  });
});

describe('a clock set back by an hour', () => {
  const scheduler = taken(monitors(1_000, MINUTE), NOW, NOW);
  const before = drive(scheduler, NOW, NOW + 2 * MINUTE, 0);
  const back = NOW + 2 * MINUTE - HOUR;
  scheduler.reanchor(back);
  const after = drive(scheduler, back, back + 62 * MINUTE, 0);

  it('brings no burst', () => {
    const usual = Math.max(...perSecond(before, NOW, 120));
    expect(Math.max(...perSecond(after, back, 62 * 60))).toBeLessThanOrEqual(usual);
  });

  it('lets no monitor wait longer than two intervals', () => {
    const gaps = [...perMonitor(after).values()].flatMap((times) =>
      times.map((at, i) => at - (times[i - 1] ?? back)),
    );
    expect(perMonitor(after).size).toBe(1_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * MINUTE);
  });

  it('keeps the order of each monitor', () => {
    const last = new Map<string, number>();
    const disordered = [...before.starts, ...after.starts].filter(({ monitorId, dueAt }) => {
      const isBefore = dueAt <= (last.get(monitorId) ?? -Infinity);
      last.set(monitorId, dueAt);
      return isBefore;
    });
    expect(disordered).toEqual([]);
  });

  it('is back on the grid when the hour has passed', () => {
    const later = after.starts.filter(({ at }) => at > back + 61 * MINUTE);
    expect(later.length).toBeGreaterThan(900);
    expect(later.filter(({ dueAt, plannedAt }) => dueAt !== plannedAt)).toEqual([]);
  });
});

describe('a thousand monitors of one team that are late', () => {
  it('do not delay the one of another', () => {
    const scheduler = taken(monitors(1_000, MINUTE, 'large'), NOW - HOUR, NOW, 64);
    expect(scheduler.due(NOW).starts.length).toBeGreaterThan(40);
    const [single] = monitors(1, MINUTE, 'small');
    scheduler.add(single!, { lastDueAt: null, checkAtOnce: true }, NOW + 1);
    expect(scheduler.due(NOW + 1).starts).toMatchObject([{ teamId: 'small' }]);
  });
});
