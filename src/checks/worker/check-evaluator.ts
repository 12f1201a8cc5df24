import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import { OutcomeObservers } from '../result/check-result-observers.js';
import type { Outcome } from '../result/check-result.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { afterOutcome } from '../storage/monitor-state-transition.js';
import type { Ran } from './check-runner.js';
import { Doubts } from './doubts.js';
import { EngineMetrics } from './worker-metrics.js';
import type { Waiter } from './manual-check-queue.js';
import type { Result } from './result-buffer.js';
import { type Watched, Watchlist } from './assigned-monitors.js';

/** When a bad check that is not believed yet is repeated, at the latest. */
const CONFIRMATION_MS = 10_000;

/** Concludes from checks that were made: what they make of their monitors, and what follows. */
@Injectable()
export class Conclusions {
  constructor(
    private readonly watchlist: Watchlist,
    private readonly scheduler: Scheduler,
    private readonly observers: OutcomeObservers,
    private readonly doubts: Doubts,
    private readonly metrics: EngineMetrics,
    private readonly clock: Clock,
  ) {}

  /** What is to be stored of a check of `checked`, for which `waiters` wait. */
  conclude(ran: Ran, checked: Watched, waiters: readonly Waiter[]): Omit<Result, 'epoch'> {
    const current = this.watchlist.get(checked.monitor.id);
    const isCurrent = current?.target === checked.target;
    const outcome = isCurrent ? this.doubts.believed(ran, current) : ran.outcome;
    this.metrics.concluded(outcome, outcome === ran.outcome ? ran.ailment : 'mass-failure');
    const settled = waiters.length > 0 ? settle(waiters, outcome) : undefined;
    const requestIds = waiters.flatMap(({ requestId }) => requestId ?? []);
    const stored = { outcome, requestIds, ...(settled && { settled }) };
    if (!isCurrent) {
      const { state } = current ?? checked;
      return { ...stored, state: sighted(state, outcome), isTransition: false, consequences: [] };
    }
    const { state, transition } = afterOutcome(current.state, outcome);
    current.state = state;
    const { consequences, wantsConfirmation } = this.observers.observe(outcome);
    current.inconclusiveInRow = outcome.verdict === 'inconclusive' ? current.inconclusiveInRow + 1 : 0;
    if (outcome.verdict !== 'inconclusive') current.inheritsDoubt = false;
    if (wantsConfirmation || outcome.verdict === 'inconclusive') this.confirm(current);
    return { ...stored, state, isTransition: transition !== null, consequences };
  }

  /**
   * Soon, and before the next slot; but where one check after the other tells nothing, later and later: more
   * load would make us no better.
   */
  private confirm({ scheduled, inconclusiveInRow }: Watched): void {
    const first = Math.min(scheduled.interval / 2, CONFIRMATION_MS);
    const delay = first * 2 ** Math.max(0, Math.min(16, inconclusiveInRow) - 1);
    this.scheduler.confirm(scheduled.id, this.now() + delay, this.now());
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** What is known of a monitor from a check that says nothing of how it is now: of a paused or another target. */
const sighted = (state: MonitorState, { startedAt }: Outcome): MonitorState => ({
  ...state,
  lastCheckedAt: Math.max(state.lastCheckedAt ?? startedAt, startedAt),
});

const settle =
  (waiters: readonly Waiter[], outcome: Outcome) =>
  (isStored: boolean): void => {
    for (const { resolve } of waiters) resolve(isStored ? outcome : null);
  };
