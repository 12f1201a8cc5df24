import type { Check } from '../check.entity.js';
import type { Outcome } from '../outcome.js';

/** A check as it is written: its `seq` is the database's to give. */
export type NewCheck = Omit<Check, 'seq'>;

/** As long as a number of 32 bits lasts: 24 days. */
const MOST_LAG_MS = 2 ** 31 - 1;

export function checkOf(outcome: Outcome): NewCheck {
  const { monitorId, dueAt, startedAt, trigger, verdict, inMaintenance, finding } = outcome;
  const { dns, connect, tls, firstByte, total } = finding.phases;
  return {
    monitorId,
    dueAt,
    // A clock that was set back in between makes no check early.
    lagMs: Math.min(MOST_LAG_MS, Math.max(0, startedAt - dueAt)),
    cause: trigger,
    ok: finding.ok,
    verdict,
    inMaintenance,
    error: finding.error,
    detail: finding.detail,
    statusCode: finding.statusCode,
    dnsUs: dns,
    connectUs: connect,
    tlsUs: tls,
    firstByteUs: firstByte,
    totalUs: total,
    bodyBytes: finding.bodyBytes,
    certificateExpiresAt: finding.certificateExpiresAt,
    address: finding.address,
    excerpt: finding.excerpt,
  };
}
