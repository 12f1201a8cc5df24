import { shardOf } from '../../common/slot-grid.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import type { ScheduleStart } from './monitor-schedule.js';
import { ScheduleEntries } from './schedule-entries.js';
import type { DueChecks, ScheduledMonitor, Skipped } from './schedule.types.js';

export interface SchedulerOptions {
  /** Checks in flight at most. */
  readonly total: number;
  /** Of them at one host. */
  readonly perHost: number;
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
  private readonly pressure: ConcurrencyLimiter;
  private readonly roster: ScheduleEntries;
  private skipped: Skipped[] = [];
  private clock = -Infinity;
  private isStopped = false;

  constructor({ total, perHost }: SchedulerOptions) {
    this.pressure = new ConcurrencyLimiter(total, perHost);
    this.roster = new ScheduleEntries(this.pressure);
  }

  /** How many monitors it knows: those that are scheduled, and others with a check by hand. */
  get size(): number {
    return this.roster.size;
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
    this.roster.isStirred = true;
  }

  has(monitorId: string): boolean {
    return this.roster.get(monitorId)?.plan.isScheduled === true;
  }

  /**
   * Takes a monitor in: a new or resumed one (`checkAtOnce`), or one that this process takes over, whose
   * slots since `lastDueAt` were missed.
   */
  add(monitor: ScheduledMonitor, arrival: ScheduleStart, now: number): void {
    const time = this.advance(now);
    const entry = this.roster.entryOf(monitor, arrival.lastDueAt, time);
    entry.plan.schedule(monitor, arrival, time);
    this.roster.place(entry, time);
  }

  /** A monitor was edited. It stays on its grid unless its interval changed. One that is not scheduled stays so. */
  update(monitor: ScheduledMonitor, checkAtOnce: boolean, now: number): void {
    const entry = this.roster.get(monitor.id);
    if (entry?.plan.isScheduled !== true) return;
    const time = this.advance(now);
    this.note(entry.plan.edit(monitor, checkAtOnce, time));
    this.roster.place(entry, time);
  }

  /** A monitor is paused: slots it missed until now count as skipped. A requested check is still made. */
  pause(monitorId: string, now: number): void {
    const entry = this.roster.get(monitorId);
    if (entry === undefined) return;
    const time = this.advance(now);
    this.note(entry.plan.unschedule(time));
    this.roster.place(entry, time);
  }

  /**
   * A monitor was deleted, or is another process's from now on: nothing more is counted. Answers whether a
   * requested check that had not begun is dropped with it.
   */
  remove(monitorId: string): boolean {
    const entry = this.roster.get(monitorId);
    if (entry === undefined) return false;
    const { isRequested } = entry.plan;
    entry.plan.clear();
    entry.skipped = null;
    this.roster.place(entry, this.clock);
    return isRequested;
  }

  /** Removes the monitors of a virtual shard. Answers those of them whose requested check is dropped. */
  removeShard(shard: number): string[] {
    return this.roster.ids().filter((id) => shardOf(id) === shard && this.remove(id));
  }

  /** No check of a virtual shard's monitors begins any more. Those in flight still count, and what they left out. */
  retireShard(shard: number): void {
    for (const id of this.roster.ids().filter((each) => shardOf(each) === shard)) {
      const entry = this.roster.get(id)!;
      entry.plan.clear();
      this.roster.place(entry, this.clock);
    }
  }

  /**
   * Asks for a confirmation of a bad check. Answers whether there will be one: not of a monitor that is not
   * scheduled, and not where its next slot comes first. Any check that begins before does for it.
   */
  confirm(monitorId: string, at: number, now: number): boolean {
    const entry = this.roster.get(monitorId);
    if (entry?.plan.confirm(at) !== true) return false;
    this.roster.place(entry, this.advance(now));
    return true;
  }

  /**
   * Asks for a check as soon as possible, also of a monitor that is not scheduled. It waits for a check of
   * the monitor that is in flight; asked for twice before it began, it is made once.
   */
  request(monitor: ScheduledMonitor, lastDueAt: number | null, now: number): void {
    const time = this.advance(now);
    const entry = this.roster.entryOf(monitor, lastDueAt, time);
    entry.plan.ask(time);
    this.roster.place(entry, time);
  }

  /** Which checks begin now. Each is in flight until it is `finished`. */
  due(now: number): DueChecks {
    const time = this.advance(now);
    this.roster.ripen(time);
    this.roster.isStirred = false;
    const { skipped } = this;
    this.skipped = [];
    return { starts: this.isStopped ? [] : this.roster.begin(time), skipped };
  }

  /** A check has finished, or was given up. */
  finished(monitorId: string, now: number): void {
    const entry = this.roster.get(monitorId);
    if (entry?.running == null) return;
    this.note(this.roster.finish(entry, this.advance(now)));
  }

  /** When to ask `due` again; null while only a finish or a call can bring something. */
  nextWakeUp(now: number): number | null {
    if (this.isStopped) return null;
    return this.roster.isStirred || this.skipped.length > 0 ? now : this.roster.nextTimer;
  }

  /** The wall clock jumped to `now`: plans everything anew. */
  reanchor(now: number): void {
    const before = this.clock;
    this.clock = now;
    this.roster.placeAll(now, ({ plan }) => this.note(plan.reanchor(before, now)));
  }

  /** No check begins any more. Those in flight are still to be `finished`; `due` then tells what they left out. */
  stop(): void {
    this.isStopped = true;
  }

  private advance(now: number): number {
    this.clock = Math.max(this.clock, now);
    return this.clock;
  }

  private note(skipped: Skipped | null): void {
    if (skipped !== null) this.skipped.push(skipped);
  }
}
