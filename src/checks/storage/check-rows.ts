import type { Check } from '../result/check.entity.js';
import type { CheckResult } from '../result/check-result.js';

/** A check as it is written: its `seq` is the database's to give. */
export type NewCheck = Omit<Check, 'seq'>;

/** What a column of 32 bits holds: 24 days of lag in milliseconds, half an hour of a duration in microseconds. */
const MOST = 2 ** 31 - 1;

/** A process that was stopped in the middle of a check may have measured longer. */
const lasting = <T extends number | null>(duration: T): T =>
  duration === null ? duration : (Math.min(MOST, duration) as T);

export function checkOf(result: CheckResult): NewCheck {
  const { monitorId, dueAt, startedAt, trigger, verdict, inMaintenance, probe } = result;
  const { dns, connect, tls, firstByte, total } = probe.phases;
  return {
    monitorId,
    dueAt,
    // A clock that was set back in between makes no check early.
    lagMs: Math.min(MOST, Math.max(0, startedAt - dueAt)),
    cause: trigger,
    ok: probe.ok,
    verdict,
    inMaintenance,
    error: probe.error,
    detail: probe.detail,
    statusCode: probe.statusCode,
    dnsUs: lasting(dns),
    connectUs: lasting(connect),
    tlsUs: lasting(tls),
    firstByteUs: lasting(firstByte),
    totalUs: lasting(total),
    bodyBytes: probe.bodyBytes,
    certificateExpiresAt: probe.certificateExpiresAt,
    address: probe.address,
    excerpt: probe.excerpt,
  };
}
