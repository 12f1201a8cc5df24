import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import { CheckResultObservers } from '../result/check-result-observers.js';
import type { CheckResult } from '../result/check-result.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { afterCheck } from '../storage/monitor-state-transition.js';
import type { CompletedCheck } from './check-runner.js';
import { Doubts } from './doubts.js';
import { WorkerMetrics } from './worker-metrics.js';
import type { PendingCaller } from './manual-check-queue.js';
import type { PendingWrite } from './result-buffer.js';
import { type AssignedMonitor, AssignedMonitors } from './assigned-monitors.js';

/** When a bad check that is not believed yet is repeated, at the latest. */
const CONFIRMATION_MS = 10_000;

/** Concludes from checks that were made: what they make of their monitors, and what follows. */
@Injectable()
export class CheckEvaluator {
  constructor(
    private readonly monitors: AssignedMonitors,
    private readonly scheduler: Scheduler,
    private readonly observers: CheckResultObservers,
    private readonly doubts: Doubts,
    private readonly metrics: WorkerMetrics,
    private readonly clock: Clock,
  ) {}

  /** What is to be stored of a check of `checked`, for which `waiters` wait. */
  evaluate(
    ran: CompletedCheck,
    checked: AssignedMonitor,
    waiters: readonly PendingCaller[],
  ): Omit<PendingWrite, 'epoch'> {
    const current = this.monitors.get(checked.monitor.id);
    const isCurrent = current?.target === checked.target;
    const result = isCurrent ? this.doubts.believed(ran, current) : ran.result;
    this.metrics.concluded(result, result === ran.result ? ran.impairment : 'mass-failure');
    const settled = waiters.length > 0 ? settle(waiters, result) : undefined;
    const requestIds = waiters.flatMap(({ requestId }) => requestId ?? []);
    const stored = { result, requestIds, ...(settled && { settled }) };
    if (!isCurrent) {
      const { state } = current ?? checked;
      return { ...stored, state: sighted(state, result), isTransition: false, effects: [] };
    }
    const { state, transition } = afterCheck(current.state, result);
    current.state = state;
    const { effects, wantsConfirmation } = this.observers.observe(result);
    current.inconclusiveInRow = result.verdict === 'inconclusive' ? current.inconclusiveInRow + 1 : 0;
    if (result.verdict !== 'inconclusive') current.inheritsDoubt = false;
    if (wantsConfirmation || result.verdict === 'inconclusive') this.confirm(current);
    return { ...stored, state, isTransition: transition !== null, effects };
  }

  /**
   * Soon, and before the next slot; but where one check after the other tells nothing, later and later: more
   * load would make us no better.
   */
  private confirm({ scheduled, inconclusiveInRow }: AssignedMonitor): void {
    const first = Math.min(scheduled.interval / 2, CONFIRMATION_MS);
    const delay = first * 2 ** Math.max(0, Math.min(16, inconclusiveInRow) - 1);
    this.scheduler.confirm(scheduled.id, this.now() + delay, this.now());
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** What is known of a monitor from a check that says nothing of how it is now: of a paused or another target. */
const sighted = (state: MonitorState, { startedAt }: CheckResult): MonitorState => ({
  ...state,
  lastCheckedAt: Math.max(state.lastCheckedAt ?? startedAt, startedAt),
});

const settle =
  (waiters: readonly PendingCaller[], result: CheckResult) =>
  (isStored: boolean): void => {
    for (const { resolve } of waiters) resolve(isStored ? result : null);
  };
