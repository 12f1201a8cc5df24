import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { CheckResult } from '../result/check-result.js';
import { isLost } from '../scheduler/doubt.js';
import { MassFailureGuard } from '../scheduler/mass-failure-guard.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { afterDoubt } from '../storage/monitor-state-transition.js';
import type { CompletedCheck } from './check-runner.js';
import type { PendingWrite } from './result-buffer.js';
import { type AssignedMonitor, AssignedMonitors } from './assigned-monitors.js';

const SWEEP_MS = 1_000;

/** How often somebody looks whether anything can be seen again, while nothing can. */
const LOOKOUT_MS = 10_000;

/** Tells what this process cannot see from what is down, and for how long it may take to find out. */
@Injectable()
export class Doubts {
  private readonly guard = new MassFailureGuard();
  private sweptAt = -Infinity;
  private lookedOutAt = -Infinity;

  constructor(
    private readonly monitors: AssignedMonitors,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {}

  /** The outcome as it is to be believed: when very many monitors turn bad at once, it may be us. */
  believed(
    { result, impairment: ailment, began, ended }: CompletedCheck,
    assigned: AssignedMonitor,
  ): CheckResult {
    if (ailment === 'standstill') return result;
    this.guard.setActive(this.monitors.size);
    const { isBelieved, ask } = this.guard.judge({
      monitorId: assigned.monitor.id,
      host: assigned.scheduled.host,
      wasUp: assigned.state.verdict !== 'down',
      wasDoubted: assigned.inheritsDoubt,
      finding: result.probe,
      startedAt: began,
      finishedAt: ended,
    });
    this.ask(ask);
    return isBelieved || result.verdict !== 'failed' ? result : { ...result, verdict: 'inconclusive' };
  }

  /** What is to be stored of monitors that have been in doubt for too long. `now` is in epoch milliseconds. */
  sweep(now: number): Array<Omit<PendingWrite, 'epoch'>> {
    if (now >= this.sweptAt && now < this.sweptAt + SWEEP_MS) return [];
    this.sweptAt = now;
    this.lookOut();
    const lost: Array<Omit<PendingWrite, 'epoch'>> = [];
    for (const assigned of this.monitors.all) {
      const { state, scheduled } = assigned;
      if (state.verdict === 'unknown' || !isLost(state.doubtedSince, scheduled.interval, now)) continue;
      assigned.state = afterDoubt(state, now);
      lost.push({
        result: null,
        state: assigned.state,
        isTransition: true,
        effects: [],
        requestIds: [],
      });
    }
    return lost;
  }

  private lookOut(): void {
    const now = this.clock.monotonic();
    if (now < this.lookedOutAt + LOOKOUT_MS) return;
    this.lookedOutAt = now;
    this.ask(this.guard.lookouts(now));
  }

  private ask(monitorIds: readonly string[]): void {
    const now = this.clock.now().getTime();
    for (const id of monitorIds) this.scheduler.confirm(id, now + 1, now);
  }
}
