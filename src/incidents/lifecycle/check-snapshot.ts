import type { Outcome, Trigger } from '../../checks/result/check-result.js';
import type { Finding } from '../../checks/result/probe-result.js';

/** A check as an incident keeps it: raw checks go when their time is over. Times are epoch milliseconds. */
export interface EvidentCheck extends Pick<
  Finding,
  | 'ok'
  | 'error'
  | 'detail'
  | 'statusCode'
  | 'phases'
  | 'bodyBytes'
  | 'certificateExpiresAt'
  | 'address'
  | 'excerpt'
> {
  /** When it began. */
  readonly at: number;
  readonly dueAt: number;
  readonly trigger: Trigger;
}

export const evidentCheck = ({ startedAt, dueAt, trigger, finding }: Outcome): EvidentCheck => ({
  at: startedAt,
  dueAt,
  trigger,
  ok: finding.ok,
  error: finding.error,
  detail: finding.detail,
  statusCode: finding.statusCode,
  phases: finding.phases,
  bodyBytes: finding.bodyBytes,
  certificateExpiresAt: finding.certificateExpiresAt,
  address: finding.address,
  excerpt: finding.excerpt,
});

/** The circumstances of a check. Epoch milliseconds. */
export interface Circumstances {
  /** When it began. */
  readonly since: number;
  /** When it ended. */
  readonly at: number;
  readonly inMaintenance: boolean;
}

export const circumstancesOf = ({ startedAt, finding, inMaintenance }: Outcome): Circumstances => ({
  since: startedAt,
  at: startedAt + Math.round(finding.phases.total / 1000),
  inMaintenance,
});
