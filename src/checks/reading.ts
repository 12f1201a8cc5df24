import type { Verdict } from './outcome.js';
import type { CheckError } from './probe.js';

/** The stretches of time uptime is told for. */
export const uptimeWindows = ['24h', '7d', '30d'] as const;
export type UptimeWindow = (typeof uptimeWindows)[number];

/** Conclusive checks outside maintenance. */
export interface UptimeCounts {
  readonly ok: number;
  readonly failed: number;
}

/** What is known of a monitor with its last check: what alert rules judge. */
export interface Reading {
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
  readonly uptime: Readonly<Partial<Record<UptimeWindow, UptimeCounts>>>;
}
