import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CheckWorker } from '../../checks/worker/check-worker.js';
import { Clock } from '../../common/clock.js';
import { ProcessRole } from '../../config/process-role.js';
import { ScheduledRuleEvaluator } from './scheduled-rule-evaluator.js';

const EVERY_MS = 10_000;

/** Drives the periodic evaluation in a process that makes checks. */
@Injectable()
export class ScheduledRulesJob implements OnApplicationBootstrap {
  constructor(
    private readonly role: ProcessRole,
    private readonly loop: CheckWorker,
    private readonly evaluation: ScheduledRuleEvaluator,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.role.isWorker) return;
    const work = () => this.evaluation.turn(this.clock.now().getTime());
    this.loop.repeat({ name: 'Judging uptimes and certificates', every: EVERY_MS, work });
  }
}
