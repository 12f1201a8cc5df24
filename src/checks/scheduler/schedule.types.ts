import type { Trigger } from '../result/check-result.js';

/** What the schedule knows of a monitor. Lengths of time are milliseconds, here and in the whole folder. */
export interface ScheduledMonitor {
  readonly id: string;
  readonly teamId: string;
  /** Where its checks go: what the limit per host counts by. */
  readonly host: string;
  readonly interval: number;
  readonly timeout: number;
}

/** A check that begins now. Times are epoch milliseconds. */
export interface StartedCheck {
  readonly monitorId: string;
  readonly teamId: string;
  readonly host: string;
  readonly trigger: Trigger;
  /**
   * Its identity, together with the monitor: each check of a monitor has a higher one than the check before.
   * It is the slot the check is made for; off the grid where it is made for none, and after the clock was set back.
   */
  readonly dueAt: number;
  /** Whether it is made for a slot of the grid. Other checks come on top of those that are expected. */
  readonly isSlot: boolean;
  /** The slot, or the moment asked for. The lag that people are told counts from here. */
  readonly plannedAt: number;
  /**
   * Since when nothing held it back but the load of this process: neither its host's limit, nor an earlier
   * check of the monitor, nor that this process did not know it yet. The lag that tells whether the engine
   * is well counts from here.
   */
  readonly readyAt: number;
}

/** `count` slots of a monitor, from `from` on, one each `interval`, that no check was made for. */
export interface Skipped {
  readonly monitorId: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly interval: number;
  readonly count: number;
}

/** What comes of asking what is due. */
export interface DueChecks {
  readonly starts: readonly StartedCheck[];
  /** What became known since the last time. Those before a check are told of when that check has finished. */
  readonly skipped: readonly Skipped[];
}
