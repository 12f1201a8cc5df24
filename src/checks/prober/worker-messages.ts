import type { EgressPolicy } from '../../egress/egress-policy.js';
import type { Finding, Probe } from '../result/probe-result.js';
import type { ProberSetup } from './local-prober.js';

/** What a worker begins with. */
export interface Begin {
  readonly setup: ProberSetup;
  /** Shared: its one member is the number of the check that is being worked on, for whoever finds the worker dead. */
  readonly atWork: Int32Array;
}

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
