import { Injectable } from '@nestjs/common';
import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { DeliveryWorker } from '../../notifications/deliveries/delivery-worker.js';
import type { LatestIncident } from '../lifecycle/transitions.js';
import type { CheckContext, CheckSnapshot } from '../lifecycle/check-snapshot.js';
import { IncidentResolver } from '../lifecycle/incident-resolver.js';
import { IncidentMetrics } from '../lifecycle/incident-metrics.js';
import { IncidentOpener } from '../lifecycle/incident-opener.js';
import type { ConcernedMonitor } from '../lifecycle/incident-factory.js';
import type { IncidentMove, RuleState } from './rule-state.js';
import type { Transaction } from '../../database/transactions.js';

/** Something to be stored. What is known of the pair follows when it is committed. */
export interface PendingTransition {
  apply(tx: Transaction): Promise<void>;
  committed(): void;
}

/** What a move is made of. */
export interface Cause {
  readonly state: RuleState;
  readonly rule: AlertRuleWithLinks;
  readonly monitor: ConcernedMonitor;
  readonly context: CheckContext;
  /** The check that decided it; null where it was no single one. */
  readonly check: CheckSnapshot | null;
}

/** Makes of what a pair wants what can be stored. */
@Injectable()
export class PendingTransitions {
  constructor(
    private readonly opener: IncidentOpener,
    private readonly resolver: IncidentResolver,
    private readonly deliveries: DeliveryWorker,
    private readonly metrics: IncidentMetrics,
  ) {}

  /** The pair is unsettled until the step is committed. */
  of(move: IncidentMove, cause: Cause): PendingTransition {
    const { state, rule } = cause;
    state.isStale = true;
    const store = move === 'raise' ? this.raise(cause) : this.recover(cause);
    let latest: LatestIncident | null = null;
    return {
      apply: async (tx) => {
        latest = await store(tx);
      },
      committed: () => {
        this.count(state.latest, latest);
        state.markSynced(move, rule, latest);
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

  private raise({ state, rule, monitor, context }: Cause) {
    const trigger = {
      rule,
      monitor,
      input: state.transitionInput(rule, context),
      snapshots: state.snapshots,
    };
    return (tx: Transaction) => this.opener.openOrContinue(tx, trigger);
  }

  private recover({ state, rule, monitor, context, check }: Cause) {
    const input = state.transitionInput(rule, context);
    const recovery = { rule, monitor, input, check: state.streak.matching ? null : check };
    return (tx: Transaction) => this.resolver.recover(tx, recovery);
  }
}
