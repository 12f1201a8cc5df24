import type { EgressPolicy } from '../../egress/egress-policy.js';
import type { Finding, Probe } from '../probe.js';

/** To a worker. */
export type Order =
  { readonly probes: ReadonlyArray<readonly [id: number, probe: Probe]> } | { readonly policy: EgressPolicy };

/** From a worker: as soon as there are findings, and every second. */
export interface Report {
  readonly findings: ReadonlyArray<readonly [id: number, finding: Finding]>;
  readonly delayMs: number;
}

/** From a worker: what should not happen. */
export interface Trouble {
  readonly trouble: unknown;
}

export const REPORT_MS = 1_000;
