import { Injectable, Logger } from '@nestjs/common';
import { CurrentRules } from '../../alert-rules/current-rules.js';
import { matches } from '../../alert-rules/evaluation.js';
import type { LinkedRule } from '../../alert-rules/linked-rule.js';
import { OutcomeObservers } from '../../checks/result/check-result-observers.js';
import { UptimeService } from '../../checks/uptime.service.js';
import type { UptimeWindow } from '../../checks/result/uptime.js';
import type { Reading } from '../../checks/result/rule-input.js';
import { Transactions } from '../../database/transactions.js';
import { holdMonitor } from '../../monitors/monitor-facts.js';
import { MonitorMemories, type MonitorMemory } from './rule-state-registry.js';
import { isPeriodic, periodicReading } from './rule-input.js';
import { type Step, Steps } from './pending-transition.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How many monitors one statement asks of. */
const BATCH = 500;

/** A rule to be judged now. */
interface Due {
  readonly memory: MonitorMemory;
  readonly rule: LinkedRule;
}

/**
 * Judges the rules that no single check decides, of the monitors this process checks: uptimes once a minute,
 * certificates once an hour, and both when they have never been judged like this: by this version of the rule,
 * with this certificate. To them these looks are what checks are to the others: `triggerAfter` counts them.
 */
@Injectable()
export class PeriodicEvaluation {
  private readonly logger = new Logger('Incidents');

  constructor(
    private readonly memories: MonitorMemories,
    private readonly rules: CurrentRules,
    private readonly uptimes: UptimeService,
    private readonly observers: OutcomeObservers,
    private readonly transactions: Transactions,
    private readonly steps: Steps,
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
    for (const memory of this.memories.all)
      for (const rule of this.rules.of(memory.id, memory.teamId)) {
        if (!isPeriodic(rule) || !isDue(memory, rule, now)) continue;
        due.push({ memory, rule });
        const { certificateExpiresAt } = memory;
        memory.looks.set(rule.id, { at: now, ruleUpdatedAt: rule.updatedAt.getTime(), certificateExpiresAt });
      }
    return due;
  }

  private async judgeCertificates(due: readonly Due[], now: number): Promise<void> {
    for (const each of due.filter(({ rule }) => rule.condition === 'certificate-expiry'))
      await this.judge(each, periodicReading(now, each.memory.certificateExpiresAt, {}), now);
  }

  private async judgeUptimes(due: readonly Due[], window: UptimeWindow, now: number): Promise<void> {
    const ids = [...new Set(due.map(({ memory }) => memory.id))];
    for (let i = 0; i < ids.length; i += BATCH) {
      const some = new Set(ids.slice(i, i + BATCH));
      const uptimes = await this.uptimes.uptimeOf([...some], window);
      for (const each of due.filter(({ memory }) => some.has(memory.id))) {
        const uptime = { [window]: uptimes.get(each.memory.id)! };
        await this.judge(each, periodicReading(now, null, uptime), now);
      }
    }
  }

  private async judge({ memory, rule }: Due, reading: Reading, now: number): Promise<void> {
    const pair = memory.pairOf(rule.id);
    const inMaintenance = this.observers.isInMaintenance(memory.id, now);
    const circumstances = { since: now, at: now, inMaintenance };
    pair.judge(rule, matches(rule, reading), circumstances, null);
    const move = pair.move(rule, circumstances);
    if (move)
      await this.store(
        memory,
        this.steps.of(move, { pair, rule, monitor: memory, circumstances, check: null }),
      );
  }

  /** What cannot be stored is asked for again the next time. */
  private async store({ id }: MonitorMemory, step: Step): Promise<void> {
    try {
      const isThere = await this.transactions.run(async (manager) => {
        if (!(await holdMonitor(manager, id))) return false;
        await step.apply(manager);
        return true;
      });
      if (isThere) step.committed();
    } catch (error) {
      this.logger.warn(`An incident could not be stored: ${(error as Error).message.split('\n')[0]}`);
    }
  }
}

/** Without a certificate there is nothing to look at. After the clock was set back it is looked at again. */
function isDue({ looks, certificateExpiresAt }: MonitorMemory, rule: LinkedRule, now: number): boolean {
  const isAboutCertificates = rule.condition === 'certificate-expiry';
  if (isAboutCertificates && certificateExpiresAt === null) return false;
  const look = looks.get(rule.id);
  if (look?.ruleUpdatedAt !== rule.updatedAt.getTime()) return true;
  if (isAboutCertificates && look.certificateExpiresAt !== certificateExpiresAt) return true;
  return now < look.at || now >= look.at + (isAboutCertificates ? HOUR : MINUTE);
}
