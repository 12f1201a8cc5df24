import { Injectable, Logger } from '@nestjs/common';
import { ActiveRules } from '../../alert-rules/active-rules.js';
import { matches } from '../../alert-rules/evaluation.js';
import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { CheckResultObservers } from '../../checks/result/check-result-observers.js';
import { UptimeService } from '../../checks/uptime.service.js';
import type { UptimeWindow } from '../../checks/result/uptime.js';
import type { RuleInput } from '../../checks/result/rule-input.js';
import { Transactions } from '../../database/transactions.js';
import { MonitorStatesRepository } from '../../monitors/monitor-states.repository.js';
import { RuleStateRegistry, type MonitorRuleStates } from './rule-state-registry.js';
import { isScheduledRule, periodicReading } from './rule-input.js';
import { type PendingTransition, PendingTransitions } from './pending-transition.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How many monitors one statement asks of. */
const BATCH = 500;

/** A rule to be judged now. */
interface Due {
  readonly monitorStates: MonitorRuleStates;
  readonly rule: AlertRuleWithLinks;
}

/**
 * Judges the rules that no single check decides, of the monitors this process checks: uptimes once a minute,
 * certificates once an hour, and both when they have never been judged like this: by this version of the rule,
 * with this certificate. To them these looks are what checks are to the others: `triggerAfter` counts them.
 */
@Injectable()
export class ScheduledRuleEvaluator {
  private readonly logger = new Logger('Incidents');

  constructor(
    private readonly registry: RuleStateRegistry,
    private readonly rules: ActiveRules,
    private readonly states: MonitorStatesRepository,
    private readonly uptimes: UptimeService,
    private readonly observers: CheckResultObservers,
    private readonly transactions: Transactions,
    private readonly steps: PendingTransitions,
  ) {}

  /** Judges what is due. `now` is in epoch milliseconds. */
  async turn(now: number): Promise<void> {
    const due = this.due(now);
    await this.judgeCertificates(due, now);
    for (const window of new Set(due.flatMap(({ rule }) => rule.window ?? [])))
      await this.judgeUptimes(
        due.filter(({ rule }) => rule.window === window),
        window,
        now,
      );
  }

  private due(now: number): Due[] {
    const due: Due[] = [];
    for (const monitorStates of this.registry.all)
      for (const rule of this.rules.of(monitorStates.id, monitorStates.teamId)) {
        if (!isScheduledRule(rule) || !isDue(monitorStates, rule, now)) continue;
        due.push({ monitorStates, rule });
        const { certificateExpiresAt } = monitorStates;
        monitorStates.evaluations.set(rule.id, {
          at: now,
          ruleUpdatedAt: rule.updatedAt.getTime(),
          certificateExpiresAt,
        });
      }
    return due;
  }

  private async judgeCertificates(due: readonly Due[], now: number): Promise<void> {
    for (const each of due.filter(({ rule }) => rule.condition === 'certificate-expiry'))
      await this.judge(each, periodicReading(now, each.monitorStates.certificateExpiresAt, {}), now);
  }

  private async judgeUptimes(due: readonly Due[], window: UptimeWindow, now: number): Promise<void> {
    const ids = [...new Set(due.map(({ monitorStates }) => monitorStates.id))];
    for (let i = 0; i < ids.length; i += BATCH) {
      const some = new Set(ids.slice(i, i + BATCH));
      const uptimes = await this.uptimes.uptimeOf([...some], window);
      for (const each of due.filter(({ monitorStates: memory }) => some.has(memory.id))) {
        const uptime = { [window]: uptimes.get(each.monitorStates.id)! };
        await this.judge(each, periodicReading(now, null, uptime), now);
      }
    }
  }

  private async judge({ monitorStates, rule }: Due, reading: RuleInput, now: number): Promise<void> {
    const state = monitorStates.stateOf(rule.id);
    const inMaintenance = this.observers.isInMaintenance(monitorStates.id, now);
    const circumstances = { since: now, at: now, inMaintenance };
    state.update(rule, matches(rule, reading), circumstances, null);
    const move = state.move(rule, circumstances);
    if (move)
      await this.store(
        monitorStates,
        this.steps.of(move, { state, rule, monitor: monitorStates, context: circumstances, check: null }),
      );
  }

  /** What cannot be stored is asked for again the next time. */
  private async store({ id }: MonitorRuleStates, step: PendingTransition): Promise<void> {
    try {
      const isThere = await this.transactions.run(async (tx) => {
        if (!(await this.states.lockOf(tx, id))) return false;
        await step.apply(tx);
        return true;
      });
      if (isThere) step.committed();
    } catch (error) {
      this.logger.warn(`An incident could not be stored: ${(error as Error).message.split('\n')[0]}`);
    }
  }
}

/** Without a certificate there is nothing to look at. After the clock was set back it is looked at again. */
function isDue(
  { evaluations: looks, certificateExpiresAt }: MonitorRuleStates,
  rule: AlertRuleWithLinks,
  now: number,
): boolean {
  const isAboutCertificates = rule.condition === 'certificate-expiry';
  if (isAboutCertificates && certificateExpiresAt === null) return false;
  const look = looks.get(rule.id);
  if (look?.ruleUpdatedAt !== rule.updatedAt.getTime()) return true;
  if (isAboutCertificates && look.certificateExpiresAt !== certificateExpiresAt) return true;
  return now < look.at || now >= look.at + (isAboutCertificates ? HOUR : MINUTE);
}
