import type { Uptime } from '../uptime.service.js';
import type { UptimeWindow } from './uptime.js';
import type { Verdict } from './check-result.js';
import type { CheckError } from './probe-result.js';

/** What is known of a monitor with its last check: what alert rules judge. */
export interface RuleInput {
  /** When it is judged. Epoch milliseconds. */
  readonly at: number;
  readonly verdict: Verdict;
  /** Null when ok. */
  readonly error: CheckError | null;
  /** Null without a response. */
  readonly statusCode: number | null;
  /** How long the check took, in whole microseconds. */
  readonly total: number;
  /** As of the last check that saw a certificate. Epoch milliseconds. */
  readonly certificateExpiresAt: number | null;
  /** Including this check. A window that nobody asked for may be left out. */
  readonly uptime: Readonly<Partial<Record<UptimeWindow, Uptime>>>;
}
