import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { slotAfter } from '../../common/slot-grid.js';
import type { ScheduledMonitor, StartedCheck } from './schedule.types.js';
import { Scheduler } from './scheduler.js';

const NOW = 1_800_000_000_000;
const LIMITS = { total: 4, perHost: 2 };
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const INTERVALS = [5_000, 10_000, 60_000];

const monitor = (index: number, interval: number): ScheduledMonitor => ({
  id: IDS[index]!,
  teamId: `team_${index % 3}`,
  host: `host_${index % 2}`,
  interval,
  timeout: 5_000,
});

function holds(isSo: boolean, promise: string): void {
  if (!isSo) throw new Error(`Broken: ${promise}`);
}

/** A time in which a monitor was on a grid. What falls on its very edges may be counted or not. */
interface Period {
  readonly id: string;
  readonly interval: number;
  readonly from: number;
  to: number;
}

/**
 * Drives a scheduler as an engine does, on a clock of its own, and keeps what a store would: the slots that
 * were checked and those that were skipped.
 */
class SimulatedEngine {
  scheduler = new Scheduler(LIMITS);
  now = NOW;
  private readonly flying = new Map<string, StartedCheck>();
  private readonly lastDueAt = new Map<string, number>();
  private readonly highest = new Map<string, number>();
  private readonly monitors = new Map<string, ScheduledMonitor>();
  private readonly periods: Period[] = [];
  private readonly open = new Map<string, Period>();
  /** Not checked since they were taken in. */
  private readonly pending = new Set<string>();
  private readonly counted: string[] = [];
  /** How many checks of each monitor began. */
  readonly checks = new Map<string, number>();

  get inFlight(): readonly string[] {
    return [...this.flying.keys()];
  }

  get active(): readonly string[] {
    return [...this.open.keys()];
  }

  isActive(index: number): boolean {
    return this.open.has(IDS[index]!);
  }

  resume(index: number, interval: number): void {
    const resumed = monitor(index, interval);
    this.monitors.set(resumed.id, resumed);
    const lastDueAt = this.lastDueAt.get(resumed.id) ?? null;
    this.scheduler.add(resumed, { lastDueAt, checkAtOnce: true }, this.now);
    this.begin(resumed);
    this.pending.add(resumed.id);
  }

  edit(index: number, interval: number): void {
    const edited = monitor(index, interval);
    if (this.monitors.get(edited.id)?.interval !== interval) {
      this.end(edited.id);
      this.begin(edited);
    }
    this.monitors.set(edited.id, edited);
    this.scheduler.update(edited, false, this.now);
  }

  pause(index: number): void {
    this.end(IDS[index]!);
    this.scheduler.pause(IDS[index]!, this.now);
  }

  request(index: number): void {
    const known = this.monitors.get(IDS[index]!) ?? monitor(index, 60_000);
    this.scheduler.request(known, this.lastDueAt.get(known.id) ?? null, this.now);
  }

  confirm(index: number): void {
    this.scheduler.confirm(IDS[index]!, this.now + 3_000, this.now);
  }

  finish(id: string): void {
    const start = this.flying.get(id)!;
    this.flying.delete(id);
    this.lastDueAt.set(id, start.dueAt);
    this.pending.delete(id);
    if (start.isSlot) this.count(id, start.plannedAt);
    this.scheduler.finished(id, this.now);
  }

  /** The process dies, with all that is in flight, and another takes over. */
  crash(): void {
    this.flying.clear();
    this.scheduler = new Scheduler(LIMITS);
    this.highest.clear();
    for (const [id, lastDueAt] of this.lastDueAt) this.highest.set(id, lastDueAt);
    for (const id of this.open.keys()) {
      const known = this.monitors.get(id)!;
      const checkAtOnce = this.pending.has(id);
      if (checkAtOnce) this.begin(known);
      this.scheduler.add(known, { lastDueAt: this.lastDueAt.get(id) ?? null, checkAtOnce }, this.now);
    }
  }

  jump(by: number): void {
    this.now += by;
    this.scheduler.reanchor(this.now);
  }

  /** Begins what is due, and holds every start against what is promised. */
  step(): void {
    const { starts, skipped } = this.scheduler.due(this.now);
    for (const { monitorId, from, interval, count } of skipped) {
      for (let i = 0; i < count; i += 1) this.count(monitorId, from + i * interval);
    }
    for (const start of starts) this.take(start);
    holds(this.flying.size <= LIMITS.total, 'no more in flight than allowed');
    for (const host of ['host_0', 'host_1']) {
      const there = [...this.flying.values()].filter((each) => each.host === host).length;
      holds(there <= LIMITS.perHost, 'no more in flight at a host than allowed');
    }
  }

  /** Goes on until nothing is in flight and nothing waits, and ends. */
  settle(): void {
    for (let i = 0; i < 50; i += 1) {
      this.step();
      for (const id of this.inFlight) this.finish(id);
    }
    this.step();
    expect([this.flying.size, this.scheduler.waiting]).toEqual([0, 0]);
    for (const id of this.open.keys()) this.end(id);
  }

  /** The slots of all periods, without those that need not be counted. */
  expected(): string[] {
    const slots = this.periods.flatMap(({ id, interval, from, to }) => {
      const own: string[] = [];
      for (let slot = slotAfter(id, interval, from); slot < to; slot += interval) own.push(`${id} ${slot}`);
      return own;
    });
    return slots.filter((slot) => !this.isOnEdge(slot)).toSorted();
  }

  checkedOrSkipped(): string[] {
    return this.counted.filter((slot) => !this.isOnEdge(slot)).toSorted();
  }

  private isOnEdge(slot: string): boolean {
    return this.periods.some(({ id, from, to }) => slot === `${id} ${from}` || slot === `${id} ${to}`);
  }

  private begin({ id, interval }: ScheduledMonitor): void {
    this.open.set(id, { id, interval, from: this.now, to: NaN });
  }

  private end(id: string): void {
    const period = this.open.get(id)!;
    period.to = this.now;
    this.periods.push(period);
    this.open.delete(id);
  }

  private take(start: StartedCheck): void {
    const { monitorId, dueAt, plannedAt, readyAt } = start;
    holds(!this.flying.has(monitorId), 'one check of a monitor at a time');
    holds(plannedAt <= this.now && readyAt <= this.now, 'no check before its time');
    holds(dueAt > (this.highest.get(monitorId) ?? -Infinity), 'identities that rise');
    this.highest.set(monitorId, dueAt);
    this.flying.set(monitorId, start);
    this.checks.set(monitorId, (this.checks.get(monitorId) ?? 0) + 1);
  }

  private count(id: string, slot: number): void {
    this.counted.push(`${id} ${slot}`);
  }
}

const index = fc.nat(IDS.length - 1);
const interval = fc.constantFrom(...INTERVALS);
const pass = fc.record({ do: fc.constant('pass' as const), time: fc.integer({ min: 1, max: 15_000 }) });
const finish = fc.record({ do: fc.constant('finish' as const), index: fc.nat() });
const ask = fc.record({ do: fc.constantFrom('request' as const, 'confirm' as const), index });
const change = fc.record({
  do: fc.constantFrom('pause' as const, 'resume' as const, 'edit' as const),
  index,
  interval,
});
const crash = fc.record({ do: fc.constant('crash' as const) });
const jump = fc.record({
  do: fc.constant('jump' as const),
  time: fc.oneof(
    fc.integer({ min: -90_000, max: 90_000 }),
    fc.constantFrom(-7_200_000, -3_600_000, 3_600_000),
  ),
});

type Action =
  | { readonly do: 'pass'; readonly time: number }
  | { readonly do: 'jump'; readonly time: number }
  | { readonly do: 'finish' | 'request' | 'confirm'; readonly index: number }
  | { readonly do: 'pause' | 'resume' | 'edit'; readonly index: number; readonly interval: number }
  | { readonly do: 'crash' };

function perform(engine: SimulatedEngine, action: Action): void {
  if (action.do === 'pass') engine.now += action.time;
  else if (action.do === 'jump') engine.jump(action.time);
  else if (action.do === 'crash') engine.crash();
  else if (action.do === 'finish') {
    const { inFlight } = engine;
    if (inFlight.length > 0) engine.finish(inFlight[action.index % inFlight.length]!);
  } else if (action.do === 'request') engine.request(action.index);
  else if (action.do === 'confirm') engine.confirm(action.index);
  else if (!engine.isActive(action.index)) {
    if (action.do === 'resume') engine.resume(action.index, action.interval);
  } else if (action.do === 'pause') engine.pause(action.index);
  else if (action.do === 'edit') engine.edit(action.index, action.interval);
  engine.step();
}

function run(actions: readonly Action[]): SimulatedEngine {
  const engine = new SimulatedEngine();
  for (const each of IDS.keys()) engine.resume(each, INTERVALS[each % 3]!);
  for (const action of actions) perform(engine, action);
  return engine;
}

const commonly = [
  { weight: 4, arbitrary: pass },
  { weight: 4, arbitrary: finish },
  { weight: 1, arbitrary: ask },
];
const actionsOf = (...more: fc.Arbitrary<Action>[]) =>
  fc.array(fc.oneof(...commonly, ...more), { maxLength: 150 });

function expectEverySlotOnce(actions: readonly Action[]): void {
  const engine = run(actions);
  engine.settle();
  expect(engine.checkedOrSkipped()).toEqual(engine.expected());
}

describe('every slot', () => {
  it('is checked or skipped, and once, however long checks take and whatever is edited, paused and asked for', () => {
    fc.assert(fc.property(actionsOf(change), expectEverySlotOnce), { numRuns: 300 });
  });

  it('is checked or skipped, and once, however often the process dies', () => {
    fc.assert(fc.property(actionsOf(crash), expectEverySlotOnce), { numRuns: 300 });
  });
});

describe('a clock that jumps to and fro', () => {
  it('breaks no promise, and leaves no monitor unchecked for two of its intervals', () => {
    fc.assert(
      fc.property(
        actionsOf(change, jump, crash),
        fc.constantFrom(0, -3_600_000, 3_600_000),
        (actions, last) => {
          const engine = run(actions);
          engine.jump(last);
          engine.checks.clear();
          for (let passed = 0; passed < 120_000; passed += 1_000) {
            engine.now += 1_000;
            engine.step();
            for (const id of engine.inFlight) engine.finish(id);
          }
          expect(engine.active.filter((id) => !engine.checks.has(id))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
