import type { AlertRuleWithLinks } from '../../alert-rules/linked-rule.js';
import { extend, noStreak, signalOf, type Streak } from '../../alert-rules/streak.js';
import {
  type LatestIncident,
  type TransitionInput,
  onFailing,
  onRecovered,
} from '../lifecycle/transitions.js';
import type { CheckContext, CheckSnapshot } from '../lifecycle/check-snapshot.js';

/** What is to be done about an incident: something that follows from a failure, or from its end. */
export type IncidentMove = 'raise' | 'recover';

const none: readonly CheckSnapshot[] = [];

type RuleCondition = Pick<AlertRuleWithLinks, 'condition' | 'operator' | 'value' | 'window'>;

/**
 * A rule and a monitor, as the process that checks the monitor knows them. The database decides: what is
 * known here only tells whether it is worth asking.
 */
export class RuleState {
  streak: Streak = noStreak;
  /** The matching checks of the streak, as many as fire the rule. */
  snapshots: readonly CheckSnapshot[] = none;
  latest: LatestIncident | null = null;
  /** Whether `latest` may be outdated: something is about to be stored, or somebody resolved it elsewhere. */
  isStale = false;
  private failedAt: number | null = null;
  private judgedBy: AlertRuleWithLinks | null = null;
  /** The rule as it was when its channels were last looked through. */
  private offeredBy: AlertRuleWithLinks | null = null;

  /**
   * Takes in what `rule` says of a check: whether it matches, or null where that cannot be told. `check` is
   * asked for when it is evidence; null where it was no single check.
   */
  update(
    rule: AlertRuleWithLinks,
    match: boolean | null,
    { since, at, inMaintenance }: CheckContext,
    check: (() => CheckSnapshot) | null,
  ): void {
    if (rule !== this.judgedBy) {
      if (this.judgedBy && isOther(rule, this.judgedBy)) this.forget();
      this.judgedBy = rule;
    }
    if (match === null) return;
    this.streak = extend(this.streak, match, since);
    if (!match) this.snapshots = none;
    else if (check && this.snapshots.length < rule.triggerAfter)
      this.snapshots = [...this.snapshots, check()];
    if (!inMaintenance && signalOf(this.streak, rule) === 'fires') this.failedAt = at;
  }

  /** What to do now; null for nothing. The answer is the same after every check until it is settled. */
  move(rule: AlertRuleWithLinks, context: CheckContext): IncidentMove | null {
    const signal = signalOf(this.streak, rule);
    if (signal !== 'resolves' && context.inMaintenance) return null;
    if (signal === null && this.owesAllClear) return 'recover';
    const move = signal === 'resolves' ? 'recover' : 'raise';
    if (this.isStale && signal !== null) return move;
    const input = this.transitionInput(rule, context);
    const step = move === 'raise' ? onFailing(this.latest, input) : onRecovered(this.latest, input);
    return step === null ? null : move;
  }

  /** Whether it was resolved in maintenance, and channels still take it for failing: that waits for no streak. */
  private get owesAllClear(): boolean {
    return this.latest?.isOpen === false && this.latest.lastWord === 'failing';
  }

  /** What the last check showed. */
  transitionInput(rule: AlertRuleWithLinks, { at, inMaintenance }: CheckContext): TransitionInput {
    return {
      since: this.streak.since,
      at,
      failedAt: this.failedAt,
      isFiring: signalOf(this.streak, rule) === 'fires',
      inMaintenance,
      cooldownMs: rule.cooldownSeconds * 1000,
      isOffered: this.offeredBy === rule,
      now: at,
    };
  }

  /** What the database has, as of a transaction that is committed. `move` and `rule` are what it was asked with. */
  markSynced(move: IncidentMove, rule: AlertRuleWithLinks, latest: LatestIncident | null): void {
    this.latest = latest;
    this.isStale = false;
    // What is open is offered by a failure only, and that it is over by nothing else than that.
    if (latest && latest.isOpen === (move === 'raise')) this.offeredBy = rule;
    const { matching, since } = this.streak;
    if (matching && latest?.resolvedAt != null && since < latest.resolvedAt) this.forget();
  }

  /** Somebody resolved the incident: what was seen before counts no more. */
  resolvedElsewhere(): void {
    this.forget();
    this.isStale = true;
  }

  private forget(): void {
    this.streak = noStreak;
    this.snapshots = none;
  }
}

const isOther = (a: RuleCondition, b: RuleCondition): boolean =>
  a.condition !== b.condition || a.operator !== b.operator || a.value !== b.value || a.window !== b.window;
