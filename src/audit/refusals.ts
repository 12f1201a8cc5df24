import type { ActorContext } from '../auth/principal.js';
import type { AuditAction } from './audit-action.js';
import type { Target } from './audited-transactions.js';

/** Something that somebody tried and may not. */
export interface Refusal {
  readonly by: ActorContext;
  readonly action: AuditAction;
  readonly target: Target;
}

/** Refusals of one caller and action that are one event: a first one, or those that followed it. */
export interface Repeated {
  /** The last of them. */
  readonly last: Refusal;
  readonly count: number;
  /** What they were aimed at, each once. */
  readonly targets: readonly string[];
}

/** A refusal by itself. */
export const single = (refusal: Refusal): Repeated => {
  const { id } = refusal.target;
  return { last: refusal, count: 1, targets: id === null ? [] : [id] };
};

interface Period {
  readonly since: number;
  last: Refusal | null;
  count: number;
  readonly targets: Set<string>;
}

const PERIOD_MS = 60_000;

/** More things than this are counted and not named. */
const NAMED = 20;
const PERIODS = 10_000;

const keyOf = ({ by: { actor, teamId }, action }: Refusal): string =>
  `${actor.via?.id ?? actor.id} ${teamId} ${action}`;

/**
 * Tells the first refusal of a caller and action from those that follow within a minute, and collects these.
 * Remembers a bounded number of callers and actions: the oldest are given back early.
 *
 * What could not be recorded is kept as well, for later: of no more callers and actions than that.
 */
export class Refusals {
  private readonly periods = new Map<string, Period>();
  private owed = new Map<string, Repeated>();

  /** Whether this is a first one. What is over by then must be taken before. */
  isFirst(refusal: Refusal, now: number): boolean {
    const key = keyOf(refusal);
    const period = this.periods.get(key);
    if (!period) {
      this.periods.set(key, { since: now, last: null, count: 0, targets: new Set() });
      return true;
    }
    period.last = refusal;
    period.count += 1;
    const { id } = refusal.target;
    if (id !== null && period.targets.size < NAMED) period.targets.add(id);
    return false;
  }

  /** What was collected in minutes that are over, each once. */
  take(now: number): Repeated[] {
    return this.takeWhile((period, left) => now - period.since >= PERIOD_MS || left >= PERIODS);
  }

  takeAll(): Repeated[] {
    return this.takeWhile(() => true);
  }

  /** Keeps what was taken and could not be recorded. False where there is no room for it. */
  putBack(repeated: Repeated): boolean {
    const key = keyOf(repeated.last);
    const other = this.owed.get(key);
    if (!other && this.owed.size >= PERIODS) return false;
    this.owed.set(key, other ? together(other, repeated) : repeated);
    return true;
  }

  /** What was put back. */
  takeOwed(): Repeated[] {
    const owed = [...this.owed.values()];
    this.owed = new Map();
    return owed;
  }

  /** The periods stand in the order they began, unless a clock was set back. */
  private takeWhile(isOver: (period: Period, left: number) => boolean): Repeated[] {
    const taken: Repeated[] = [];
    for (const [key, period] of this.periods) {
      if (!isOver(period, this.periods.size)) break;
      this.periods.delete(key);
      const { last, count, targets } = period;
      if (last) taken.push({ last, count, targets: [...targets] });
    }
    return taken;
  }
}

const together = (earlier: Repeated, later: Repeated): Repeated => ({
  last: later.last,
  count: earlier.count + later.count,
  targets: [...new Set([...earlier.targets, ...later.targets])].slice(0, NAMED),
});
