import type { CheckError, ProbeResult } from '../result/probe-result.js';

/** Nothing came back: what an outage of our own network looks like, once many targets are like that. */
const SILENT: ReadonlySet<CheckError | null> = new Set<CheckError>(['timeout', 'dns-failed']);

/** What a finding says of the network between this machine and a target. */
export interface NetworkEvidence {
  /** `none`: it says nothing, because the check was not made or never left this machine. */
  readonly kind: 'answer' | 'silence' | 'none';
  /** When the question was put to the network of which this is the outcome. */
  readonly askedAt: number;
  /** By when something came from the other side; null where nothing did. */
  readonly heardAt: number | null;
}

export type Shown = Pick<ProbeResult, 'ok' | 'error' | 'statusCode' | 'isInternalError' | 'phases'>;

/** How old a failed look-up of a name may be: checks share those that are under way, and remember failures shortly. */
const LOOKUP_AGE = 10_000;

/**
 * A refusal, a reset and a broken handshake are answers as well as a status is: somebody is there. So is a
 * connection that was accepted, up to then; what follows may be silence all the same.
 */
export function networkEvidenceOf(finding: Shown, startedAt: number, finishedAt: number): NetworkEvidence {
  const { ok, error, statusCode, isInternalError, phases } = finding;
  const askedAt = error === 'dns-failed' ? startedAt - LOOKUP_AGE : startedAt;
  if (ok || statusCode !== null) return { kind: 'answer', askedAt, heardAt: finishedAt };
  if (SILENT.has(error)) {
    const { dns, connect } = phases;
    const heardAt = connect === null ? null : startedAt + ((dns ?? 0) + connect) / 1_000;
    return { kind: 'silence', askedAt, heardAt: heardAt === null ? null : Math.min(heardAt, finishedAt) };
  }
  if (isInternalError || error === 'address-not-allowed') return { kind: 'none', askedAt, heardAt: null };
  return { kind: 'answer', askedAt, heardAt: finishedAt };
}
