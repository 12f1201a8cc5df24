import { type ProbeResult, type ProbeRequest, Prober } from '../src/checks/result/probe-result.js';

const phases = { dns: null, connect: 400, tls: null, firstByte: 1_500, total: 2_000 };

/** What a check finds where nothing is wrong. */
export const good: ProbeResult = {
  ok: true,
  error: null,
  detail: null,
  isInternalError: false,
  statusCode: 200,
  phases,
  bodyBytes: 2,
  certificateExpiresAt: null,
  address: '192.0.2.1',
  excerpt: null,
};

/** What it finds where the target answers with an error. */
export const bad: ProbeResult = {
  ...good,
  ok: false,
  error: 'unexpected-status',
  detail: 'The status is 500 instead of 200.',
  statusCode: 500,
};

/** Finds what a test tells it to, at once and without a network. */
export class FakeProber extends Prober {
  readonly probes: ProbeRequest[] = [];
  readonly inFlight = 0;
  private readonly findings = new Map<string, Partial<ProbeResult>>();

  /** From now on checks of `url` find this. */
  answer(url: string, finding: Partial<ProbeResult>): void {
    this.findings.set(url, finding);
  }

  async probe(probe: ProbeRequest): Promise<ProbeResult> {
    this.probes.push(probe);
    return { ...good, ...this.findings.get(probe.url) };
  }

  delayMs(): number {
    return 0;
  }

  setPolicy(): void {}

  async close(): Promise<void> {}
}
