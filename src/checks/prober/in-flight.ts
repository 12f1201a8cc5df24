import type { ProbeResult } from '../result/probe-result.js';

/** A check that this process did not make to its end. */
export const abortedProbe = (detail: string): ProbeResult => ({
  ok: false,
  error: 'connection-reset',
  detail,
  isInternalError: true,
  statusCode: null,
  phases: { dns: null, connect: null, tls: null, firstByte: null, total: 0 },
  bodyBytes: 0,
  certificateExpiresAt: null,
  address: null,
  excerpt: null,
});

export const CLOSED = 'This process was ended before the check was done.';

/** Checks that were begun and are not answered yet, by number. */
export class InFlight<Answer = ProbeResult> {
  private readonly answers = new Map<number, (answer: Answer) => void>();
  private last = 0;

  get size(): number {
    return this.answers.size;
  }

  start(): { readonly id: number; readonly finding: Promise<Answer> } {
    this.last += 1;
    const id = this.last;
    return { id, finding: new Promise((resolve) => this.answers.set(id, resolve)) };
  }

  has(id: number): boolean {
    return this.answers.has(id);
  }

  /** Answers a check. One that was answered already stays as it is. */
  settle(id: number, answer: Answer): void {
    this.answers.get(id)?.(answer);
    this.answers.delete(id);
  }

  settleAll(answerOf: (id: number) => Answer): void {
    for (const id of this.answers.keys()) this.settle(id, answerOf(id));
  }
}
