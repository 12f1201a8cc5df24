import type { LinkedRule } from '../alert-rules/linked-rule.js';
import { extend, noStreak, signalOf, type Streak } from '../alert-rules/streak.js';
import type { EvidentCheck } from './evidence.js';
import { type LatestIncident, raiseOf } from './raise.js';

/** What is to be done about an incident: open one or tell of it, or resolve the one there is. */
export type Move = 'raise' | 'recover';

/** The circumstances of a check. */
export interface Circumstances {
  /** When it ended. Epoch milliseconds. */
  readonly at: number;
  readonly inMaintenance: boolean;
}

const none: readonly EvidentCheck[] = [];

type RuleCondition = Pick<LinkedRule, 'condition' | 'operator' | 'value' | 'window'>;

/**
 * A rule and a monitor, as the process that checks the monitor knows them. The database decides: what is
 * known here only tells whether it is worth asking.
 */
export class Pair {
  streak: Streak = noStreak;
  /** The matching checks of the streak, as many as fire the rule. */
  evidence: readonly EvidentCheck[] = none;
  latest: LatestIncident | null = null;
  /** Whether `latest` may be outdated: something is about to be stored, or somebody resolved it elsewhere. */
  isUnsettled = false;
  private judgedBy: LinkedRule | null = null;

  /**
   * Takes in what `rule` says of a check: whether it matches, or null where that cannot be told. `check` is
   * asked for when it is evidence; null where it was no single check.
   */
  judge(rule: LinkedRule, match: boolean | null, since: number, check: (() => EvidentCheck) | null): void {
    if (rule !== this.judgedBy) {
      if (this.judgedBy && isOther(rule, this.judgedBy)) this.forget();
      this.judgedBy = rule;
    }
    if (match === null) return;
    this.streak = extend(this.streak, match, since);
    if (!match) this.evidence = none;
    else if (check && this.evidence.length < rule.triggerAfter) this.evidence = [...this.evidence, check()];
  }

  /** What to do now; null for nothing. The answer is the same after every check until it is settled. */
  move(rule: LinkedRule, { at, inMaintenance }: Circumstances): Move | null {
    const signal = signalOf(this.streak, rule);
    if (signal === 'resolves') return this.isUnsettled || this.latest?.isOpen ? 'recover' : null;
    if (signal === null || inMaintenance) return null;
    const alarm = { since: this.streak.since, at, cooldownMs: rule.cooldownSeconds * 1000 };
    return this.isUnsettled || raiseOf(this.latest, alarm) !== null ? 'raise' : null;
  }

  /** What the database has, as of a transaction that is committed. */
  settle(latest: LatestIncident | null): void {
    this.latest = latest;
    this.isUnsettled = false;
  }

  /** Somebody resolved the incident: what was seen before counts no more. */
  resolvedElsewhere(): void {
    this.forget();
    this.isUnsettled = true;
  }

  private forget(): void {
    this.streak = noStreak;
    this.evidence = none;
  }
}

const isOther = (a: RuleCondition, b: RuleCondition): boolean =>
  a.condition !== b.condition || a.operator !== b.operator || a.value !== b.value || a.window !== b.window;
