import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ActiveRules } from '../../alert-rules/active-rules.js';
import { matches } from '../../alert-rules/evaluation.js';
import type {
  TransactionalEffect,
  ObserverDecision,
  CheckResult,
  CheckResultObserver,
} from '../../checks/result/check-result.js';
import { CheckResultObservers } from '../../checks/result/check-result-observers.js';
import type { MonitorWithState } from '../../monitors/monitor-states.js';
import { checkContextOf, checkSnapshotOf, type CheckSnapshot } from '../lifecycle/check-snapshot.js';
import { RuleStateRegistry, type MonitorRuleStates } from './rule-state-registry.js';
import { isScheduledRule, readingOf } from './rule-input.js';
import { RuleStateRestorer } from './rule-state-restorer.js';
import { type PendingTransition, PendingTransitions } from './pending-transition.js';

const nothing: ObserverDecision = { effect: null, wantsConfirmation: false };
const doubt: ObserverDecision = { effect: null, wantsConfirmation: true };

/**
 * Holds every check against the rules over its monitor, in memory, and says what must be stored. What it
 * asks for it asks for again after every further check until it is stored: nothing depends on a single one.
 */
@Injectable()
export class RuleEvaluator implements CheckResultObserver, OnModuleInit {
  constructor(
    private readonly observers: CheckResultObservers,
    private readonly rules: ActiveRules,
    private readonly registry: RuleStateRegistry,
    private readonly restoration: RuleStateRestorer,
    private readonly steps: PendingTransitions,
  ) {}

  onModuleInit(): void {
    this.observers.register(this);
    this.observers.follow('incident', async (ids) => this.refresh(ids));
    this.observers.follow('alert-rule', async (ids) => this.forget(ids ?? []));
  }

  /** Takes up what is known of the monitors, so that neither a restart nor another process loses a streak. */
  async onAssigned(monitors: readonly MonitorWithState[]): Promise<void> {
    const unknown = monitors.filter(({ id }) => !this.registry.get(id));
    for (const monitorStates of await this.restoration.statesOf(unknown)) this.registry.set(monitorStates);
  }

  onUnassigned(monitorIds: readonly string[]): void {
    for (const id of monitorIds) this.registry.drop(id);
  }

  /** Something else than checks resolved these incidents, here or in another process. Null for any that there are. */
  refresh(incidentIds: ReadonlySet<string> | null): void {
    for (const monitorStates of this.registry.all)
      for (const state of monitorStates.states) {
        if (!state.latest?.isOpen) continue;
        if (incidentIds === null) state.isStale = true;
        else if (incidentIds.has(state.latest.id)) state.resolvedElsewhere();
      }
  }

  /** Rules that are over a monitor no more. Should they be again, the database knows what they left. */
  private forget(ruleIds: Iterable<string>): void {
    for (const ruleId of ruleIds)
      for (const monitorStates of this.registry.all)
        if (!this.rules.of(monitorStates.id, monitorStates.teamId).some(({ id }) => id === ruleId))
          monitorStates.forget(ruleId);
  }

  observe(result: CheckResult): ObserverDecision {
    const monitorStates = this.registry.get(result.monitorId);
    if (!monitorStates || result.verdict === 'inconclusive') return nothing;
    const wasUp = monitorStates.isUp;
    monitorStates.isUp = result.verdict === 'ok';
    monitorStates.certificateExpiresAt =
      result.probe.certificateExpiresAt ?? monitorStates.certificateExpiresAt;
    const { steps, isInDoubt } = this.judge(monitorStates, result);
    const wantsConfirmation = isInDoubt && wasUp && !monitorStates.isUp;
    if (steps.length === 0) return wantsConfirmation ? doubt : nothing;
    return { effect: consequenceOf(result, steps), wantsConfirmation };
  }

  /** `isInDoubt`: a rule matches, and wants to see more checks that do. */
  private judge(
    monitorStates: MonitorRuleStates,
    result: CheckResult,
  ): { steps: PendingTransition[]; isInDoubt: boolean } {
    const reading = readingOf(result);
    const context = checkContextOf(result);
    let evident: CheckSnapshot | null = null;
    const check = () => (evident ??= checkSnapshotOf(result));
    const steps: PendingTransition[] = [];
    let isInDoubt = false;
    for (const rule of this.rules.of(monitorStates.id, monitorStates.teamId)) {
      if (isScheduledRule(rule)) continue;
      const state = monitorStates.stateOf(rule.id);
      const match = matches(rule, reading);
      state.update(rule, match, context, check);
      if (match && state.streak.length < rule.triggerAfter) isInDoubt = true;
      const move = state.move(rule, context);
      if (move)
        steps.push(this.steps.of(move, { state, rule, monitor: monitorStates, context, check: check() }));
    }
    return { steps, isInDoubt };
  }
}

const consequenceOf = (
  { monitorId, dueAt }: CheckResult,
  steps: readonly PendingTransition[],
): TransactionalEffect => ({
  monitorId,
  dueAt,
  apply: async (tx) => {
    for (const step of steps) await step.apply(tx);
  },
  committed: () => {
    for (const step of steps) step.committed();
  },
});
