import type { Plan } from '../../auth/plan.js';
import { planLimits } from '../../plans/plan-limits.js';
import { DAY, HOUR, MINUTE, type Resolution } from './rollup.js';

const DAY_MS = 86_400_000;

/** How long rollups are kept, in days. */
const rollupDays: Readonly<Record<Resolution, number>> = { [MINUTE]: 2, [HOUR]: 90, [DAY]: 3 * 365 };

/** Rows of a monitor that are to go: what is older than `before`, of the raw checks or of the rollups of one resolution. */
export interface Removal {
  readonly monitorId: string;
  /** `tombstone`: that there is something left of a monitor that is gone. */
  readonly rows: 'checks' | Resolution | 'tombstone';
  /** Epoch milliseconds. */
  readonly before: number;
}

/** The oldest of what is kept of a monitor; null where there is nothing. */
export interface RetentionCandidate {
  readonly monitorId: string;
  readonly plan: Plan;
  readonly check: number | null;
  readonly minute: number | null;
  readonly hour: number | null;
  readonly day: number | null;
}

/** What of a monitor is over. */
export function expired(
  { monitorId, plan, check, minute, hour, day }: RetentionCandidate,
  now: number,
): Removal[] {
  const removal = (rows: Removal['rows'], oldest: number | null, days: number): Removal[] => {
    const before = now - days * DAY_MS;
    return oldest !== null && oldest < before ? [{ monitorId, rows, before }] : [];
  };
  return [
    ...removal('checks', check, planLimits[plan].historyDays),
    ...removal(MINUTE, minute, rollupDays[MINUTE]),
    ...removal(HOUR, hour, rollupDays[HOUR]),
    ...removal(DAY, day, rollupDays[DAY]),
  ];
}

/** All there is of a monitor that is gone. */
export const everythingOf = (monitorId: string): Removal[] =>
  (['checks', MINUTE, HOUR, DAY, 'tombstone'] as const).map((rows) => ({
    monitorId,
    rows,
    before: Number.MAX_SAFE_INTEGER,
  }));
