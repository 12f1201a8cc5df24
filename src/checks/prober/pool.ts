import type { EgressPolicy } from '../../egress/egress-policy.js';
import { type Finding, type Probe, Prober } from '../probe.js';
import { CLOSED, unfinished } from './in-flight.js';
import type { ProberSetup } from './local-prober.js';
import { ProbeThread, WORKER } from './thread.js';

/** Makes checks in worker threads, each in the one that has least to do. */
export class ThreadProber extends Prober {
  private readonly threads: readonly ProbeThread[];
  private isClosed = false;

  constructor(count: number, setup: ProberSetup, program = WORKER) {
    super();
    this.threads = Array.from({ length: count }, () => new ProbeThread(setup, program));
  }

  probe(probe: Probe): Promise<Finding> {
    if (this.isClosed) return Promise.resolve(unfinished(CLOSED));
    const thread = this.leastLoaded();
    return thread?.probe(probe) ?? Promise.resolve(unfinished('No thread was there to make the check.'));
  }

  private leastLoaded(): ProbeThread | undefined {
    let least: ProbeThread | undefined;
    for (const thread of this.threads)
      if (thread.isUp && (!least || thread.inFlight < least.inFlight)) least = thread;
    return least;
  }

  get inFlight(): number {
    return this.threads.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  delayMs(): number {
    return Math.max(...this.threads.map(({ delayMs }) => delayMs));
  }

  setPolicy(policy: EgressPolicy): void {
    for (const thread of this.threads) thread.setPolicy(policy);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}
