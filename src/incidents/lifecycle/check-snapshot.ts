import type { CheckResult, Trigger } from '../../checks/result/check-result.js';
import type { ProbeResult } from '../../checks/result/probe-result.js';

/** A check as an incident keeps it: raw checks go when their time is over. Times are epoch milliseconds. */
export interface CheckSnapshot extends Pick<
  ProbeResult,
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

export const checkSnapshotOf = ({ startedAt, dueAt, trigger, probe }: CheckResult): CheckSnapshot => ({
  at: startedAt,
  dueAt,
  trigger,
  ok: probe.ok,
  error: probe.error,
  detail: probe.detail,
  statusCode: probe.statusCode,
  phases: probe.phases,
  bodyBytes: probe.bodyBytes,
  certificateExpiresAt: probe.certificateExpiresAt,
  address: probe.address,
  excerpt: probe.excerpt,
});

/** The circumstances of a check. Epoch milliseconds. */
export interface CheckContext {
  /** When it began. */
  readonly since: number;
  /** When it ended. */
  readonly at: number;
  readonly inMaintenance: boolean;
}

export const checkContextOf = ({ startedAt, probe, inMaintenance }: CheckResult): CheckContext => ({
  since: startedAt,
  at: startedAt + Math.round(probe.phases.total / 1000),
  inMaintenance,
});
