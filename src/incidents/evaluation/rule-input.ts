import type { ConditionKind } from '../../alert-rules/condition.js';
import type { Outcome } from '../../checks/result/check-result.js';
import type { Reading } from '../../checks/result/rule-input.js';

/** Conditions that no single check decides: they are looked at from time to time, and not on every check. */
const periodic: ReadonlySet<ConditionKind> = new Set(['uptime', 'certificate-expiry']);

export const isPeriodic = ({ condition }: { readonly condition: ConditionKind }): boolean =>
  periodic.has(condition);

/** What rules about single checks judge. */
export const readingOf = ({ startedAt, verdict, finding }: Outcome): Reading => ({
  at: startedAt,
  verdict,
  error: finding.error,
  statusCode: finding.statusCode,
  total: finding.phases.total,
  certificateExpiresAt: finding.certificateExpiresAt,
  uptime: {},
});

/** What the other rules judge. Of a check it says nothing. */
export const periodicReading = (
  at: number,
  certificateExpiresAt: number | null,
  uptime: Reading['uptime'],
): Reading => ({
  at,
  verdict: 'ok',
  error: null,
  statusCode: null,
  total: 0,
  certificateExpiresAt,
  uptime,
});
