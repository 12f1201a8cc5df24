import { slotAfter, slotAt } from '../../common/slot-grid.js';
import type { Trigger } from '../result/check-result.js';
import type { ScheduledMonitor, Skipped } from './schedule.types.js';

/** How a monitor comes into the plan. */
export interface ScheduleStart {
  /** The highest due time it was ever checked under. Null before its first check. */
  readonly lastDueAt: number | null;
  /**
   * Whether a check is due at once, whatever the grid says: of one that is new, resumed or aimed elsewhere,
   * until it had its first check as such. Without a last due time it always is.
   */
  readonly checkAtOnce: boolean;
}

/** What a check is made for. */
interface Begun {
  readonly dueAt: number;
  readonly isSlot: boolean;
  readonly plannedAt: number;
  readonly skipped: Skipped | null;
}

const NEVER = Infinity;
const notAfter = (now: number, time: number): number => (time === NEVER ? NEVER : Math.min(time, now));

/**
 * When one monitor is due, and under which identities. All times are epoch milliseconds, and `now` does not
 * go back but through `reanchor`. What is due at `NEVER` is not asked for.
 */
export class MonitorSchedule {
  /** The first slot that is neither made nor skipped. */
  private slot = NEVER;
  private atOnce = NEVER;
  private confirmation = NEVER;
  private request = NEVER;
  /** The highest identity in use. */
  private used: number;
  /** Until when something else than the load of this process held it back. */
  heldUntil: number;

  /** Without a schedule until it gets one. */
  constructor(
    public monitor: ScheduledMonitor,
    lastDueAt: number | null,
    now: number,
  ) {
    this.used = lastDueAt ?? -Infinity;
    this.heldUntil = now;
  }

  get isScheduled(): boolean {
    return this.slot !== NEVER;
  }

  get isRequested(): boolean {
    return this.request !== NEVER;
  }

  /** Puts it on the grid. Slots since its last due time are due, unless it is checked at once. */
  schedule(monitor: ScheduledMonitor, { lastDueAt, checkAtOnce }: ScheduleStart, now: number): void {
    this.monitor = monitor;
    this.used = Math.max(this.used, lastDueAt ?? -Infinity);
    this.heldUntil = now;
    const isFirst = this.used === -Infinity;
    if (checkAtOnce || isFirst) this.atOnce = now;
    this.slot = checkAtOnce || isFirst || this.used > now ? this.slotFrom(now) : this.after(this.used);
  }

  /** Takes over an edit. Answers the slots it missed on a grid that it leaves. */
  edit(monitor: ScheduledMonitor, checkAtOnce: boolean, now: number): Skipped | null {
    const wasDue = this.regularAt <= now;
    const leavesGrid = monitor.interval !== this.monitor.interval;
    const skipped = leavesGrid ? this.skipTo(now) : null;
    this.monitor = monitor;
    if (leavesGrid) this.slot = this.slotFrom(now);
    if (checkAtOnce || (leavesGrid && wasDue)) this.atOnce = Math.min(this.atOnce, now);
    return skipped;
  }

  /** Takes it off the grid. Answers the slots it missed. A check that was requested is still made. */
  unschedule(now: number): Skipped | null {
    const skipped = this.isScheduled ? this.skipTo(now) : null;
    this.slot = NEVER;
    this.atOnce = NEVER;
    this.confirmation = NEVER;
    return skipped;
  }

  /** Whether there will be a confirmation: not when a slot comes first. */
  confirm(at: number): boolean {
    if (at >= this.regularAt || !this.isScheduled) return false;
    this.confirmation = Math.min(this.confirmation, at);
    return true;
  }

  ask(now: number): void {
    this.request = Math.min(this.request, now);
  }

  /** In which lane it stands at `now`, if in any. A slot takes the place of a confirmation. */
  laneAt(now: number): Trigger | null {
    if (this.isRequested) return 'manual';
    if (this.regularAt <= now) return 'scheduled';
    return this.confirmation <= now ? 'confirmation' : null;
  }

  /** Since when it stands there. */
  since(lane: Trigger): number {
    return { manual: this.request, confirmation: this.confirmation, scheduled: this.regularAt }[lane];
  }

  /** When its lane may change by itself. */
  changesAt(lane: Trigger | null): number {
    if (lane === null) return Math.min(this.regularAt, this.confirmation);
    return lane === 'confirmation' ? this.regularAt : NEVER;
  }

  /**
   * A check begins. It is the check of the latest slot that is due, whoever asked for it, and the slots
   * before that are skipped. It also does for a confirmation.
   */
  begin(lane: Trigger, now: number): Begun {
    const latest = this.isScheduled ? this.slotAt(now) : -Infinity;
    const begun = latest >= this.slot ? this.beginSlot(latest) : this.beginBetween(this.since(lane));
    this.used = begun.dueAt;
    this.atOnce = NEVER;
    this.confirmation = NEVER;
    if (lane === 'manual') this.request = NEVER;
    return begun;
  }

  /** Nothing is due any more. */
  clear(): void {
    this.slot = NEVER;
    this.atOnce = NEVER;
    this.confirmation = NEVER;
    this.request = NEVER;
  }

  /**
   * The clock jumped from `before` to `now`. Forwards, what was missed is due. Backwards, the slots that had
   * been due are skipped, and the grid goes on from `now`. What was asked for is due by `now`.
   */
  reanchor(before: number, now: number): Skipped | null {
    this.heldUntil = now;
    this.atOnce = notAfter(now, this.atOnce);
    this.confirmation = notAfter(now, this.confirmation);
    this.request = notAfter(now, this.request);
    if (!this.isScheduled) return null;
    const skipped = now < before ? this.skipTo(before) : null;
    if (this.slot > now || (this.slot <= this.used && !this.isSetBack(now))) this.slot = this.slotFrom(now);
    return skipped;
  }

  private get regularAt(): number {
    return Math.min(this.slot, this.atOnce);
  }

  private beginSlot(latest: number): Begun {
    const skipped = this.gapUntil(latest);
    this.slot = latest + this.monitor.interval;
    const dueAt = latest > this.used ? latest : this.offGrid(this.used + 1);
    return { dueAt, isSlot: true, plannedAt: latest, skipped };
  }

  private beginBetween(plannedAt: number): Begun {
    const dueAt = this.offGrid(Math.max(plannedAt, this.used + 1));
    return { dueAt, isSlot: false, plannedAt, skipped: null };
  }

  /** Leaves out the slots that are due at `time`. */
  private skipTo(time: number): Skipped | null {
    const next = this.after(time);
    const skipped = this.gapUntil(next);
    if (skipped === null) return null;
    this.used = Math.max(this.used, next - this.monitor.interval);
    this.slot = next;
    return skipped;
  }

  /** The slots from the first open one to before `end`, which is a slot too. */
  private gapUntil(end: number): Skipped | null {
    const { id, interval } = this.monitor;
    const count = (end - this.slot) / interval;
    return count > 0 ? { monitorId: id, from: this.slot, interval, count } : null;
  }

  /**
   * The next slot from `now` on. Slots in use are not waited for when that takes more than an interval,
   * which is when the clock was set back: their checks are made at the time they say, under new identities.
   */
  private slotFrom(now: number): number {
    return this.after(this.isSetBack(now) ? now - 1 : Math.max(now - 1, this.used));
  }

  /** Whether the clock was set back so far that the next slot not in use is more than an interval away. */
  private isSetBack(now: number): boolean {
    return this.used - now > this.monitor.interval;
  }

  private after(time: number): number {
    return slotAfter(this.monitor.id, this.monitor.interval, time);
  }

  private slotAt(time: number): number {
    return slotAt(this.monitor.id, this.monitor.interval, time);
  }

  private offGrid(time: number): number {
    return this.slotAt(time) === time ? time + 1 : time;
  }
}
