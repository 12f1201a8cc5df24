import type { ConditionKind } from '../../alert-rules/condition.js';
import type { CheckResult } from '../../checks/result/check-result.js';
import type { RuleInput } from '../../checks/result/rule-input.js';

/** Conditions that no single check decides: they are looked at from time to time, and not on every check. */
const periodic: ReadonlySet<ConditionKind> = new Set(['uptime', 'certificate-expiry']);

export const isScheduledRule = ({ condition }: { readonly condition: ConditionKind }): boolean =>
  periodic.has(condition);

/** What rules about single checks judge. */
export const readingOf = ({ startedAt, verdict, probe }: CheckResult): RuleInput => ({
  at: startedAt,
  verdict,
  error: probe.error,
  statusCode: probe.statusCode,
  total: probe.phases.total,
  certificateExpiresAt: probe.certificateExpiresAt,
  uptime: {},
});

/** What the other rules judge. Of a check it says nothing. */
export const periodicReading = (
  at: number,
  certificateExpiresAt: number | null,
  uptime: RuleInput['uptime'],
): RuleInput => ({
  at,
  verdict: 'ok',
  error: null,
  statusCode: null,
  total: 0,
  certificateExpiresAt,
  uptime,
});
