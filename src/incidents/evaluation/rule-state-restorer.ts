import { Injectable } from '@nestjs/common';
import { ActiveRules } from '../../alert-rules/active-rules.js';
import { matches } from '../../alert-rules/evaluation.js';
import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { MAX_STREAK } from '../../alert-rules/streak.js';
import type { CheckResult } from '../../checks/result/check-result.js';
import { RecentChecks } from '../../checks/recent-checks.js';
import { Clock } from '../../common/clock.js';
import type { MonitorWithState } from '../../monitors/monitor-states.js';
import { IncidentsRepository } from '../incidents.repository.js';
import { checkContextOf, checkSnapshotOf } from '../lifecycle/check-snapshot.js';
import { latestOf } from '../lifecycle/incident.entity.js';
import { MonitorRuleStates } from './rule-state-registry.js';
import { isScheduledRule, readingOf } from './rule-input.js';

/** A monitor that is taken up, and what is known of it so far. */
interface Adoptee {
  readonly monitor: MonitorWithState;
  readonly monitorStates: MonitorRuleStates;
}

/** How many monitors one statement asks of. */
const BATCH = 200;

/** The longest cooldown there is: in it an incident is reopened. */
const STILL_COUNTS_MS = 86_400_000;

/**
 * Reads back what a process that checked the monitors before knew of them: the last incidents, and where a
 * rule may be counting, the last checks. What a rule counts over many checks begins anew.
 */
@Injectable()
export class RuleStateRestorer {
  constructor(
    private readonly incidents: IncidentsRepository,
    private readonly rules: ActiveRules,
    private readonly checks: RecentChecks,
    private readonly clock: Clock,
  ) {}

  async statesOf(monitors: readonly MonitorWithState[]): Promise<MonitorRuleStates[]> {
    const adoptees = monitors.map((monitor) => ({ monitor, monitorStates: new MonitorRuleStates(monitor) }));
    for (let i = 0; i < adoptees.length; i += BATCH) {
      const some = adoptees.slice(i, i + BATCH);
      await this.restoreStreaks(some, await this.restoreIncidents(some));
    }
    return adoptees.map(({ monitorStates }) => monitorStates);
  }

  /** Answers when the last incidents were resolved that people resolved, by rule and monitor: checks from before count no more. */
  private async restoreIncidents(adoptees: readonly Adoptee[]): Promise<ReadonlyMap<string, number>> {
    const byId = new Map(adoptees.map(({ monitorStates }) => [monitorStates.id, monitorStates]));
    const resolvedByPeople = new Map<string, number>();
    const since = this.clock.now().getTime() - STILL_COUNTS_MS;
    for (const incident of await this.incidents.findRecent([...byId.keys()], since)) {
      const { ruleId, monitorId, resolvedAt, autoResolvedAt } = incident;
      byId.get(monitorId)!.stateOf(ruleId).latest = latestOf(incident);
      if (resolvedAt !== null && autoResolvedAt === null)
        resolvedByPeople.set(keyOf(ruleId, monitorId), resolvedAt);
    }
    return resolvedByPeople;
  }

  private async restoreStreaks(
    adoptees: readonly Adoptee[],
    resolvedByPeople: ReadonlyMap<string, number>,
  ): Promise<void> {
    const counting = adoptees
      .filter((adoptee) => this.mayCount(adoptee))
      .map(({ monitorStates }) => monitorStates);
    const recent = await this.checks.of(counting, MAX_STREAK);
    for (const memory of counting)
      for (const rule of this.rulesOf(memory)) {
        const from = resolvedByPeople.get(keyOf(rule.id, memory.id)) ?? -Infinity;
        const results = (recent.get(memory.id) ?? []).filter(({ startedAt }) => startedAt > from);
        for (const result of results) replay(memory, rule, result);
      }
  }

  /** Whether a rule may be counting. Most monitors are well, and nothing is read of their checks. */
  private mayCount({ monitor: { joined }, monitorStates }: Adoptee): boolean {
    if (joined.verdict === 'pending') return false;
    return (
      joined.badInRow > 0 ||
      this.rulesOf(monitorStates).some(
        ({ id, condition, triggerAfter }) =>
          monitorStates.stateOf(id).latest?.isSettled === false ||
          (triggerAfter > 1 && condition !== 'check-failed'),
      )
    );
  }

  private rulesOf({ id, teamId }: MonitorRuleStates): AlertRuleWithLinks[] {
    return this.rules.of(id, teamId).filter((rule) => !isScheduledRule(rule));
  }
}

const keyOf = (ruleId: string, monitorId: string): string => `${ruleId} ${monitorId}`;

const replay = (monitorStates: MonitorRuleStates, rule: AlertRuleWithLinks, result: CheckResult): void =>
  monitorStates
    .stateOf(rule.id)
    .update(rule, matches(rule, readingOf(result)), checkContextOf(result), () => checkSnapshotOf(result));
