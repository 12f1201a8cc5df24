import type { EgressPolicy } from '../../egress/egress-policy.js';
import type { ProbeResult, ProbeRequest } from '../result/probe-result.js';
import type { ProberSetup } from './local-prober.js';

/** What a worker begins with. */
export interface Begin {
  readonly setup: ProberSetup;
  /** Shared: its one member is the number of the check that is being worked on, for whoever finds the worker dead. */
  readonly atWork: Int32Array;
}

/** To a worker. */
export type WorkerCommand =
  | { readonly probes: ReadonlyArray<readonly [id: number, probe: ProbeRequest]> }
  | { readonly policy: EgressPolicy };

/** From a worker: as soon as there are findings, and every second. */
export interface WorkerReport {
  readonly findings: ReadonlyArray<readonly [id: number, finding: ProbeResult]>;
  readonly delayMs: number;
}

/** From a worker: what should not happen. */
export interface WorkerError {
  readonly trouble: unknown;
}

export const REPORT_MS = 1_000;
