import type { EgressPolicy } from '../../egress/egress-policy.js';
import type { ProbeResult, ProbeRequest } from '../result/probe-result.js';
import { CLOSED, abortedProbe } from './in-flight.js';
import { isLost, ProberThread } from './prober-thread.js';

/** How long a check stays alone that has ended a thread. */
const ALONE_MS = 600_000;

/** How many of them may wait for each other. */
const MAX_WAITING = 8;

const ENDED =
  'This check ended the thread that made it, alone in it: what its target sends, or what is asserted of that, is more than can be handled here.';
const CROWDED = 'Too many checks are waiting that have ended the thread they were made in.';

/** What tells a check from others, and changes when its monitor is edited. */
const keyOf = (probe: ProbeRequest): string => JSON.stringify(probe);

/**
 * Makes checks one after the other, each in a thread of its own: those that were in flight when a thread ended, and
 * may be why. One that ends its thread here as well is why, and stays here for ten minutes.
 */
export class Quarantine {
  /** Until when each stays, in monotonic milliseconds. */
  private readonly proven = new Map<string, number>();
  /** Those that have proven nothing yet, and those that have. */
  private readonly queues: Readonly<Record<'first' | 'last', Array<() => Promise<void>>>> = {
    first: [],
    last: [],
  };
  private isBusy = false;
  private waiting = 0;
  private thread: ProberThread | null = null;
  private isClosed = false;

  constructor(private readonly open: () => ProberThread) {}

  /** Whether `probe` has ended a thread that it was alone in. */
  holds(probe: ProbeRequest): boolean {
    return this.proven.size > 0 && (this.proven.get(keyOf(probe)) ?? 0) > performance.now();
  }

  /** Makes a check alone: those that have proven nothing yet first. */
  check(probe: ProbeRequest): Promise<ProbeResult> {
    const isProven = this.holds(probe);
    if (isProven && this.waiting >= MAX_WAITING) return Promise.resolve(abortedProbe(CROWDED));
    if (isProven) this.waiting += 1;
    return new Promise((resolve) => {
      const work = async () => {
        if (isProven) this.waiting -= 1;
        resolve(await this.alone(probe));
      };
      this.queues[isProven ? 'last' : 'first'].push(work);
      if (!this.isBusy) void this.workOff();
    });
  }

  setPolicy(policy: EgressPolicy): void {
    this.thread?.setPolicy(policy);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.thread?.close();
  }

  private async workOff(): Promise<void> {
    this.isBusy = true;
    for (let next = this.next(); next; next = this.next()) await next();
    this.isBusy = false;
  }

  private next(): (() => Promise<void>) | undefined {
    return this.queues.first.shift() ?? this.queues.last.shift();
  }

  private async alone(probe: ProbeRequest): Promise<ProbeResult> {
    if (this.isClosed) return abortedProbe(CLOSED);
    this.thread = this.open();
    const answer = await this.thread.probe(probe);
    await this.thread.close();
    this.thread = null;
    this.proven.delete(keyOf(probe));
    if (!isLost(answer)) return answer;
    this.forget();
    this.proven.set(keyOf(probe), performance.now() + ALONE_MS);
    return abortedProbe(ENDED);
  }

  private forget(): void {
    for (const [key, until] of this.proven) if (until <= performance.now()) this.proven.delete(key);
  }
}
