import type { MonitorWithState } from '../../monitors/monitor-states.js';
import type { ProbeResult } from './probe-result.js';
import type { Transaction } from '../../database/transactions.js';

/** What made a check happen. */
export const triggers = ['scheduled', 'manual', 'confirmation'] as const;
export type Trigger = (typeof triggers)[number];

/**
 * `inconclusive`: it failed while this machine itself was unwell. It is counted apart, opens nothing and
 * moves nothing.
 */
export const verdicts = ['ok', 'failed', 'inconclusive'] as const;
export type Verdict = (typeof verdicts)[number];

/** One finished check of a monitor. Times are epoch milliseconds. */
export interface CheckResult {
  readonly monitorId: string;
  readonly teamId: string;
  /** When it was due: together with the monitor its identity. */
  readonly dueAt: number;
  readonly startedAt: number;
  readonly trigger: Trigger;
  readonly verdict: Verdict;
  /** Whether a maintenance window was open. */
  readonly inMaintenance: boolean;
  /** How long it tells of the monitor, where no other check comes before: the interval; 0 while the monitor is paused. */
  readonly speaksForMs: number;
  readonly probe: ProbeResult;
}

/** Slots of a monitor at which no check was made: `count` of them, one each `interval`, beginning with `from`. */
export interface SkippedSlots {
  readonly monitorId: string;
  readonly from: number;
  readonly interval: number;
  readonly count: number;
}

/** Work done in the transaction that stores the outcome. It may run more than once, so it touches nothing but the database. */
export interface TransactionalEffect {
  /** The outcome it follows from. Where that is not stored, neither is this. */
  readonly monitorId: string;
  readonly dueAt: number;
  apply(tx: Transaction): Promise<void>;
  /** After it is committed. */
  committed?(): void;
}

/** What an observer makes of an outcome. */
export interface ObserverDecision {
  /** What must be stored together with the outcome, at once; null for nothing, and then the outcome is stored with the next batch. */
  readonly effect: TransactionalEffect | null;
  /** Whether the monitor should be checked again soon, to be sure. */
  readonly wantsConfirmation: boolean;
}

/** Looks at every outcome, in the process that made the check, before it is stored. */
export interface CheckResultObserver {
  /** This process makes the checks of these monitors from now on. */
  onAssigned(monitors: readonly MonitorWithState[]): Promise<void>;
  /** It does not any more. */
  onUnassigned(monitorIds: readonly string[]): void;
  /** Of the outcomes of a monitor in the order they came. Touches nothing but memory; another process may turn out to store first. */
  observe(result: CheckResult): ObserverDecision;
}
