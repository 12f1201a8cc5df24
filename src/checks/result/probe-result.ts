import type { EgressPolicy } from '../../egress/egress-policy.js';
import type { Phases } from '../../egress/exchange.js';
import { transportFailures } from '../../egress/failure.js';
import type { Assertion } from '../../monitors/assertions.js';

/** Why a check was not ok: a closed list. */
export const checkErrors = [...transportFailures, 'unexpected-status', 'assertion-failed'] as const;
export type CheckError = (typeof checkErrors)[number];

/** What to check, with every value in the open. It can be sent to a worker thread. */
export interface ProbeRequest {
  /** Whose it is: what costs much of one team waits for that team alone. */
  readonly teamId: string;
  readonly url: string;
  readonly method: string;
  /** Credentials are among them. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly expectedStatus: number;
  readonly verifyTls: boolean;
  readonly followRedirects: boolean;
  readonly strictHttp: boolean;
  readonly assertions: readonly Assertion[];
}

/** What a probe found. It can be sent from a worker thread. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Null when ok. */
  readonly error: CheckError | null;
  /** For people: what exactly was wrong, in one sentence of at most 500 characters, without secrets. Null when ok. */
  readonly detail: string | null;
  /** Whether it tells of this machine and not of the target: then nothing is concluded from it. */
  readonly isInternalError: boolean;
  /** Null without a response. */
  readonly statusCode: number | null;
  readonly phases: Phases;
  /** Bytes of the body after decompression, as far as it was read. */
  readonly bodyBytes: number;
  /** Epoch milliseconds. */
  readonly certificateExpiresAt: number | null;
  /** Which address answered, or should have. */
  readonly address: string | null;
  /** The beginning of the body, at most 1,024 characters, credentials of the probe blotted out. Only of a failure. */
  readonly excerpt: string | null;
}

/** Makes checks. */
export abstract class Prober {
  /** Makes one check now. Never rejects: what keeps this process from making it is a finding too, `isInternalError`. */
  abstract probe(probe: ProbeRequest): Promise<ProbeResult>;

  /** How many checks were begun and are not answered yet. */
  abstract get inFlight(): number;

  /** How late the event loop that makes checks is, of several the latest: the 99th percentile of the last five seconds. */
  abstract delayMs(): number;

  /** Who may be reached by checks that begin from now on. */
  abstract setPolicy(policy: EgressPolicy): void;

  /** Ends at once what is being checked, which is answered as trouble of this process. So is everything asked later. */
  abstract close(): Promise<void>;
}
