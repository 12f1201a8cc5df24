import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CurrentRules } from '../../alert-rules/current-rules.js';
import { matches } from '../../alert-rules/evaluation.js';
import type { Consequence, Observation, Outcome, OutcomeObserver } from '../../checks/result/check-result.js';
import { OutcomeObservers } from '../../checks/result/check-result-observers.js';
import type { WatchedMonitor } from '../../monitors/monitor-states.js';
import { circumstancesOf, evidentCheck, type EvidentCheck } from '../lifecycle/check-snapshot.js';
import { MonitorMemories, type MonitorMemory } from './rule-state-registry.js';
import { isPeriodic, readingOf } from './rule-input.js';
import { Restoration } from './rule-state-restorer.js';
import { type Step, Steps } from './pending-transition.js';

const nothing: Observation = { consequence: null, wantsConfirmation: false };
const doubt: Observation = { consequence: null, wantsConfirmation: true };

/**
 * Holds every check against the rules over its monitor, in memory, and says what must be stored. What it
 * asks for it asks for again after every further check until it is stored: nothing depends on a single one.
 */
@Injectable()
export class RuleEvaluator implements OutcomeObserver, OnModuleInit {
  constructor(
    private readonly observers: OutcomeObservers,
    private readonly rules: CurrentRules,
    private readonly memories: MonitorMemories,
    private readonly restoration: Restoration,
    private readonly steps: Steps,
  ) {}

  onModuleInit(): void {
    this.observers.register(this);
    this.observers.follow('incident', async (ids) => this.refresh(ids));
    this.observers.follow('alert-rule', async (ids) => this.forget(ids ?? []));
  }

  /** Takes up what is known of the monitors, so that neither a restart nor another process loses a streak. */
  async adopt(monitors: readonly WatchedMonitor[]): Promise<void> {
    const unknown = monitors.filter(({ id }) => !this.memories.get(id));
    for (const memory of await this.restoration.memoriesOf(unknown)) this.memories.set(memory);
  }

  abandon(monitorIds: readonly string[]): void {
    for (const id of monitorIds) this.memories.drop(id);
  }

  /** Something else than checks resolved these incidents, here or in another process. Null for any that there are. */
  refresh(incidentIds: ReadonlySet<string> | null): void {
    for (const memory of this.memories.all)
      for (const pair of memory.pairs) {
        if (!pair.latest?.isOpen) continue;
        if (incidentIds === null) pair.isUnsettled = true;
        else if (incidentIds.has(pair.latest.id)) pair.resolvedElsewhere();
      }
  }

  /** Rules that are over a monitor no more. Should they be again, the database knows what they left. */
  private forget(ruleIds: Iterable<string>): void {
    for (const ruleId of ruleIds)
      for (const memory of this.memories.all)
        if (!this.rules.of(memory.id, memory.teamId).some(({ id }) => id === ruleId)) memory.forget(ruleId);
  }

  observe(outcome: Outcome): Observation {
    const memory = this.memories.get(outcome.monitorId);
    if (!memory || outcome.verdict === 'inconclusive') return nothing;
    const wasUp = memory.isUp;
    memory.isUp = outcome.verdict === 'ok';
    memory.certificateExpiresAt = outcome.finding.certificateExpiresAt ?? memory.certificateExpiresAt;
    const { steps, isInDoubt } = this.judge(memory, outcome);
    const wantsConfirmation = isInDoubt && wasUp && !memory.isUp;
    if (steps.length === 0) return wantsConfirmation ? doubt : nothing;
    return { consequence: consequenceOf(outcome, steps), wantsConfirmation };
  }

  /** `isInDoubt`: a rule matches, and wants to see more checks that do. */
  private judge(memory: MonitorMemory, outcome: Outcome): { steps: Step[]; isInDoubt: boolean } {
    const reading = readingOf(outcome);
    const circumstances = circumstancesOf(outcome);
    let evident: EvidentCheck | null = null;
    const check = () => (evident ??= evidentCheck(outcome));
    const steps: Step[] = [];
    let isInDoubt = false;
    for (const rule of this.rules.of(memory.id, memory.teamId)) {
      if (isPeriodic(rule)) continue;
      const pair = memory.pairOf(rule.id);
      const match = matches(rule, reading);
      pair.judge(rule, match, circumstances, check);
      if (match && pair.streak.length < rule.triggerAfter) isInDoubt = true;
      const move = pair.move(rule, circumstances);
      if (move)
        steps.push(this.steps.of(move, { pair, rule, monitor: memory, circumstances, check: check() }));
    }
    return { steps, isInDoubt };
  }
}

const consequenceOf = ({ monitorId, dueAt }: Outcome, steps: readonly Step[]): Consequence => ({
  monitorId,
  dueAt,
  apply: async (manager) => {
    for (const step of steps) await step.apply(manager);
  },
  committed: () => {
    for (const step of steps) step.committed();
  },
});
