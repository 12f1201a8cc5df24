import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LinkedRule } from '../../alert-rules/linked-rule.js';
import { DeliveryWorker } from '../../notifications/deliveries/delivery-worker.js';
import type { LatestIncident } from '../lifecycle/transitions.js';
import type { Circumstances, EvidentCheck } from '../lifecycle/check-snapshot.js';
import { IncidentEndings } from '../lifecycle/incident-resolver.js';
import { IncidentMetrics } from '../lifecycle/incident-metrics.js';
import { IncidentWrites } from '../lifecycle/incident-opener.js';
import type { ConcernedMonitor } from '../lifecycle/incident-factory.js';
import type { Move, Pair } from './rule-state.js';

/** Something to be stored. What is known of the pair follows when it is committed. */
export interface Step {
  apply(manager: EntityManager): Promise<void>;
  committed(): void;
}

/** What a move is made of. */
export interface Cause {
  readonly pair: Pair;
  readonly rule: LinkedRule;
  readonly monitor: ConcernedMonitor;
  readonly circumstances: Circumstances;
  /** The check that decided it; null where it was no single one. */
  readonly check: EvidentCheck | null;
}

/** Makes of what a pair wants what can be stored. */
@Injectable()
export class Steps {
  constructor(
    private readonly writes: IncidentWrites,
    private readonly endings: IncidentEndings,
    private readonly deliveries: DeliveryWorker,
    private readonly metrics: IncidentMetrics,
  ) {}

  /** The pair is unsettled until the step is committed. */
  of(move: Move, cause: Cause): Step {
    const { pair, rule } = cause;
    pair.isUnsettled = true;
    const store = move === 'raise' ? this.raise(cause) : this.recover(cause);
    let latest: LatestIncident | null = null;
    return {
      apply: async (manager) => {
        latest = await store(manager);
      },
      committed: () => {
        this.count(pair.latest, latest);
        pair.settle(move, rule, latest);
        this.deliveries.wake();
      },
    };
  }

  private count(before: LatestIncident | null, after: LatestIncident | null): void {
    const wasOpen = before?.isOpen === true;
    const isOpen = after?.isOpen === true;
    if (isOpen && !wasOpen) this.metrics.opened({ isNew: before?.id !== after.id });
    if (wasOpen && !isOpen) this.metrics.recovered();
  }

  private raise({ pair, rule, monitor, circumstances }: Cause) {
    const occasion = { rule, monitor, sight: pair.sight(rule, circumstances), evidence: pair.evidence };
    return (manager: EntityManager) => this.writes.raise(manager, occasion);
  }

  private recover({ pair, rule, monitor, circumstances, check }: Cause) {
    const sight = pair.sight(rule, circumstances);
    const recovery = { rule, monitor, sight, check: pair.streak.matching ? null : check };
    return (manager: EntityManager) => this.endings.recover(manager, recovery);
  }
}
