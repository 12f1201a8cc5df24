import { ConcurrencyLimiter } from './concurrency-limiter.js';
import { PriorityQueue } from './priority-queue.js';
import type { Candidate } from './priority-lane.js';
import { MonitorSchedule } from './monitor-schedule.js';
import type { ScheduledMonitor, Skipped, StartedCheck } from './schedule.types.js';

/** A monitor in its place: in flight, waiting in a lane, among the timers, or in a lane and among the timers. */
export interface ScheduleEntry {
  readonly plan: MonitorSchedule;
  waiting: Candidate | null;
  running: Candidate | null;
  /** Slots left out by the check in flight. */
  skipped: Skipped | null;
}

/** The monitors a scheduler knows. `now` is its clock. */
export class ScheduleEntries {
  private readonly entries = new Map<string, ScheduleEntry>();
  /** Who has something to come, by when. */
  private readonly timers = new PriorityQueue<ScheduleEntry>();
  /** Whether something happened since `begin` that may let a check begin. */
  isStirred = false;

  constructor(private readonly pressure: ConcurrencyLimiter) {}

  get size(): number {
    return this.entries.size;
  }

  /** When the first timer runs out; null without one. */
  get nextTimer(): number | null {
    return this.timers.peek()?.priority ?? null;
  }

  get(monitorId: string): ScheduleEntry | undefined {
    return this.entries.get(monitorId);
  }

  ids(): string[] {
    return [...this.entries.keys()];
  }

  /** The entry of a monitor, made where there is none. */
  entryOf(monitor: ScheduledMonitor, lastDueAt: number | null, now: number): ScheduleEntry {
    let entry = this.entries.get(monitor.id);
    if (entry === undefined) {
      entry = {
        plan: new MonitorSchedule(monitor, lastDueAt, now),
        waiting: null,
        running: null,
        skipped: null,
      };
      this.entries.set(monitor.id, entry);
    }
    return entry;
  }

  /** Puts an entry where it belongs after its plan changed. One with nothing to come leaves. */
  place(entry: ScheduleEntry, now: number): void {
    if (entry.running !== null) return;
    const { plan } = entry;
    const lane = plan.laneAt(now);
    this.line(entry, lane, now);
    const changesAt = plan.changesAt(lane);
    if (changesAt < Infinity) this.timers.set(plan.monitor.id, changesAt, entry);
    else this.timers.delete(plan.monitor.id);
    if (lane === null && changesAt === Infinity) this.entries.delete(plan.monitor.id);
  }

  /** Has everything stand anew, after the clock jumped. */
  placeAll(now: number, change: (entry: ScheduleEntry) => void): void {
    for (const entry of this.entries.values()) {
      change(entry);
      this.leaveLane(entry, now);
      this.place(entry, now);
    }
  }

  /** Places those whose timers ran out. */
  ripen(now: number): void {
    for (
      let next = this.timers.peek();
      next !== undefined && next.priority <= now;
      next = this.timers.peek()
    ) {
      this.place(next.value, now);
    }
  }

  /** Begins the checks that may begin. */
  begin(now: number): StartedCheck[] {
    const starts: StartedCheck[] = [];
    for (let next = this.pressure.take(); next !== undefined; next = this.pressure.take()) {
      starts.push(this.start(next, now));
    }
    return starts;
  }

  /** The check in flight has ended. Answers the slots that it left out. */
  finish(entry: ScheduleEntry, now: number): Skipped | null {
    const { skipped } = entry;
    this.pressure.finished(entry.running!, now);
    entry.running = null;
    entry.skipped = null;
    entry.plan.heldUntil = now;
    this.isStirred = true;
    this.place(entry, now);
    return skipped;
  }

  private start(candidate: Candidate, now: number): StartedCheck {
    const { monitorId, teamId, host, lane, readyAt } = candidate;
    const entry = this.entries.get(monitorId)!;
    const { skipped, ...begun } = entry.plan.begin(lane, now);
    entry.waiting = null;
    entry.running = candidate;
    entry.skipped = skipped;
    this.timers.delete(monitorId);
    return { monitorId, teamId, host, trigger: lane, readyAt, ...begun };
  }

  /** Has it wait in `lane`; it keeps its place where nothing changed. */
  private line(entry: ScheduleEntry, lane: Candidate['lane'] | null, now: number): void {
    const { waiting, plan } = entry;
    const { id: monitorId, teamId, host } = plan.monitor;
    if (lane !== null && waiting?.lane === lane && waiting.teamId === teamId && waiting.host === host) return;
    this.leaveLane(entry, now);
    if (lane === null) return;
    const since = plan.since(lane);
    entry.waiting = { monitorId, teamId, host, lane, since, readyAt: Math.max(since, plan.heldUntil) };
    this.pressure.offer(entry.waiting);
    this.isStirred = true;
  }

  private leaveLane(entry: ScheduleEntry, now: number): void {
    if (entry.waiting === null) return;
    this.pressure.withdraw(entry.waiting, now);
    entry.waiting = null;
    this.isStirred = true;
  }
}
