import { shardOf } from '../../common/slot-grid.js';
import { BackPressure } from './back-pressure.js';
import { Heap } from './heap.js';
import type { Candidate } from './lane.js';
import { type Arrival, MonitorPlan } from './monitor-plan.js';
import type { Due, Scheduled, Skipped, Start } from './scheduled.js';

export interface SchedulerOptions {
  /** Checks in flight at most. */
  readonly total: number;
  /** Of them at one host. */
  readonly perHost: number;
}

interface Entry {
  readonly plan: MonitorPlan;
  waiting: Candidate | null;
  running: Candidate | null;
  /** Slots left out by the check in flight. */
  skipped: Skipped | null;
}

/**
 * Says which checks may begin when. It neither waits nor looks at a clock: whoever drives it calls `due`
 * when `nextWakeUp` says so, and after whatever else it was told. `now` is the wall clock in epoch
 * milliseconds; where that goes back a little, time stands still here, and after a jump `reanchor` is due.
 *
 * One check of a monitor is in flight at a time. A monitor that is late is checked once for its latest
 * slot, and the other slots are counted as skipped.
 */
export class Scheduler {
  private readonly entries = new Map<string, Entry>();
  /** Who has something to come, by when. */
  private readonly timers = new Heap<Entry>();
  private readonly pressure: BackPressure;
  private skipped: Skipped[] = [];
  private clock = -Infinity;
  /** Whether something happened since `due` was asked that may let a check begin. */
  private isStirred = false;
  private isStopped = false;

  constructor({ total, perHost }: SchedulerOptions) {
    this.pressure = new BackPressure(total, perHost);
  }

  get inFlight(): number {
    return this.pressure.inFlight;
  }

  /** How many checks are due and may not begin yet. */
  get waiting(): number {
    return this.pressure.waiting;
  }

  setTotal(total: number): void {
    this.pressure.setTotal(total);
    this.isStirred = true;
  }

  has(monitorId: string): boolean {
    return this.entries.get(monitorId)?.plan.isScheduled === true;
  }

  /**
   * Takes a monitor in: a new or resumed one (`checkAtOnce`), or one that this process takes over, whose
   * slots since `lastDueAt` were missed.
   */
  add(monitor: Scheduled, arrival: Arrival, now: number): void {
    const time = this.advance(now);
    const entry = this.entryOf(monitor, arrival.lastDueAt, time);
    entry.plan.schedule(monitor, arrival, time);
    this.place(entry, time);
  }

  /** A monitor was edited. It stays on its grid unless its interval changed. One that is not scheduled stays so. */
  update(monitor: Scheduled, checkAtOnce: boolean, now: number): void {
    const entry = this.entries.get(monitor.id);
    if (entry?.plan.isScheduled !== true) return;
    const time = this.advance(now);
    this.note(entry.plan.edit(monitor, checkAtOnce, time));
    this.place(entry, time);
  }

  /** A monitor is paused: slots it missed until now count as skipped. A requested check is still made. */
  pause(monitorId: string, now: number): void {
    const entry = this.entries.get(monitorId);
    if (entry === undefined) return;
    const time = this.advance(now);
    this.note(entry.plan.unschedule(time));
    this.place(entry, time);
  }

  /**
   * A monitor was deleted, or is another process's from now on: nothing more is counted. Answers whether a
   * requested check that had not begun is dropped with it.
   */
  remove(monitorId: string): boolean {
    const entry = this.entries.get(monitorId);
    if (entry === undefined) return false;
    const { isRequested } = entry.plan;
    this.timers.delete(monitorId);
    if (entry.waiting !== null) this.pressure.withdraw(entry.waiting, this.clock);
    entry.waiting = null;
    entry.skipped = null;
    entry.plan.clear();
    if (entry.running === null) this.entries.delete(monitorId);
    this.isStirred = true;
    return isRequested;
  }

  /** Removes the monitors of a virtual shard. Answers those of them whose requested check is dropped. */
  removeShard(shard: number): string[] {
    return [...this.entries.keys()].filter((id) => shardOf(id) === shard && this.remove(id));
  }

  /**
   * Asks for a confirmation of a bad check. Answers whether there will be one: not of a monitor that is not
   * scheduled, and not where its next slot comes first. Any check that begins before does for it.
   */
  confirm(monitorId: string, at: number, now: number): boolean {
    const entry = this.entries.get(monitorId);
    if (entry?.plan.confirm(at) !== true) return false;
    this.place(entry, this.advance(now));
    return true;
  }

  /**
   * Asks for a check as soon as possible, also of a monitor that is not scheduled. It waits for a check of
   * the monitor that is in flight; asked for twice before it began, it is made once.
   */
  request(monitor: Scheduled, lastDueAt: number | null, now: number): void {
    const time = this.advance(now);
    const entry = this.entryOf(monitor, lastDueAt, time);
    entry.plan.ask(time);
    this.place(entry, time);
  }

  /** Which checks begin now. Each is in flight until it is `finished`. */
  due(now: number): Due {
    const time = this.advance(now);
    this.isStirred = false;
    for (
      let next = this.timers.peek();
      next !== undefined && next.priority <= time;
      next = this.timers.peek()
    ) {
      this.place(next.value, time);
    }
    const { skipped } = this;
    this.skipped = [];
    return { starts: this.isStopped ? [] : this.begin(time), skipped };
  }

  /** A check has finished, or was given up. */
  finished(monitorId: string, now: number): void {
    const entry = this.entries.get(monitorId);
    if (entry?.running == null) return;
    const time = this.advance(now);
    this.pressure.finished(entry.running, time);
    this.note(entry.skipped);
    entry.running = null;
    entry.skipped = null;
    entry.plan.heldUntil = time;
    this.isStirred = true;
    this.place(entry, time);
  }

  /** When to ask `due` again; null while only a finish or a call can bring something. */
  nextWakeUp(now: number): number | null {
    if (this.isStopped) return null;
    return this.isStirred ? now : (this.timers.peek()?.priority ?? null);
  }

  /** The wall clock jumped to `now`: plans everything anew. */
  reanchor(now: number): void {
    const before = this.clock;
    this.clock = now;
    for (const entry of this.entries.values()) {
      this.note(entry.plan.reanchor(before, now));
      if (entry.waiting !== null) this.pressure.withdraw(entry.waiting, now);
      entry.waiting = null;
      this.place(entry, now);
    }
  }

  /** No check begins any more. Those in flight are still to be `finished`. */
  stop(): void {
    this.isStopped = true;
  }

  private advance(now: number): number {
    this.clock = Math.max(this.clock, now);
    return this.clock;
  }

  private entryOf(monitor: Scheduled, lastDueAt: number | null, now: number): Entry {
    let entry = this.entries.get(monitor.id);
    if (entry === undefined) {
      entry = { plan: new MonitorPlan(monitor, lastDueAt, now), waiting: null, running: null, skipped: null };
      this.entries.set(monitor.id, entry);
    }
    return entry;
  }

  private note(skipped: Skipped | null): void {
    if (skipped !== null) this.skipped.push(skipped);
  }

  /** Puts an entry where it belongs: in flight, waiting in a lane, among the timers, or nowhere. */
  private place(entry: Entry, now: number): void {
    const { plan } = entry;
    const { id } = plan.monitor;
    if (entry.running !== null) return;
    const lane = plan.laneAt(now);
    this.line(entry, lane, now);
    const changesAt = plan.changesAt(lane);
    if (changesAt === Infinity) this.timers.delete(id);
    else this.timers.set(id, changesAt, entry);
    if (lane === null && changesAt === Infinity) this.entries.delete(id);
  }

  /** Has it wait in `lane`, and keep its place where nothing changed. */
  private line(entry: Entry, lane: Candidate['lane'] | null, now: number): void {
    const { waiting, plan } = entry;
    const { id: monitorId, teamId, host } = plan.monitor;
    if (waiting?.lane === lane && waiting?.teamId === teamId && waiting.host === host) return;
    if (waiting !== null) this.pressure.withdraw(waiting, now);
    entry.waiting = null;
    this.isStirred = true;
    if (lane === null) return;
    const since = plan.since(lane);
    const readyAt = Math.max(since, plan.heldUntil);
    entry.waiting = { monitorId, teamId, host, lane, since, readyAt };
    this.pressure.offer(entry.waiting);
  }

  private begin(now: number): Start[] {
    const starts: Start[] = [];
    for (let next = this.pressure.take(); next !== undefined; next = this.pressure.take()) {
      starts.push(this.start(next, now));
    }
    return starts;
  }

  private start(candidate: Candidate, now: number): Start {
    const { monitorId, teamId, host, lane, readyAt } = candidate;
    const entry = this.entries.get(monitorId)!;
    const { skipped, ...begun } = entry.plan.begin(lane, now);
    entry.waiting = null;
    entry.running = candidate;
    entry.skipped = skipped;
    this.timers.delete(monitorId);
    return { monitorId, teamId, host, trigger: lane, readyAt, ...begun };
  }
}
