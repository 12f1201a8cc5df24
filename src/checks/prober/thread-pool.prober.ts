import type { EgressPolicy } from '../../egress/egress-policy.js';
import { type ProbeResult, type ProbeRequest, Prober } from '../result/probe-result.js';
import { CLOSED, abortedProbe } from './in-flight.js';
import type { ProberSetup } from './local-prober.js';
import { Quarantine } from './quarantine.js';
import { isLost, ProberThread, WORKER } from './prober-thread.js';

/** In how many threads a check may be lost for no known reason, before it is made alone. */
const MAX_LOSSES = 2;

/** The same where others were the reason. */
const MAX_TRIES = 8;

/**
 * Makes checks in worker threads, each in the one that has least to do. Checks that were in flight in a thread that
 * ended are made again: the one that seems to have ended it alone, the others among others.
 */
export class ThreadPoolProber extends Prober {
  private readonly threads: readonly ProberThread[];
  private readonly quarantine: Quarantine;
  private readonly idle: Array<() => void> = [];
  private begun = 0;
  private isClosed = false;

  constructor(
    count: number,
    private setup: ProberSetup,
    program = WORKER,
  ) {
    super();
    const onUp = () => {
      for (const resume of this.idle.splice(0)) resume();
    };
    this.threads = Array.from({ length: count }, () => new ProberThread(setup, program, onUp));
    this.quarantine = new Quarantine(() => new ProberThread(this.setup, program));
  }

  async probe(probe: ProbeRequest): Promise<ProbeResult> {
    this.begun += 1;
    const finding = await this.find(probe);
    this.begun -= 1;
    return finding;
  }

  private async find(probe: ProbeRequest): Promise<ProbeResult> {
    if (this.quarantine.holds(probe)) return this.quarantine.check(probe);
    let losses = 0;
    for (let tries = 0; losses < MAX_LOSSES && tries < MAX_TRIES; tries++) {
      const thread = this.leastLoaded() ?? (await this.untilUp());
      if (this.isClosed || !thread) return abortedProbe(CLOSED);
      const answer = await thread.probe(probe);
      if (!isLost(answer)) return answer;
      if (answer.isSuspect) break;
      if (!answer.isCleared) losses += 1;
    }
    return this.quarantine.check(probe);
  }

  private leastLoaded(): ProberThread | undefined {
    const up = this.threads.filter(({ isUp }) => isUp);
    const lively = up.filter(({ isSilent }) => !isSilent);
    const [least] = (lively.length > 0 ? lively : up).toSorted((a, b) => a.inFlight - b.inFlight);
    return least;
  }

  /** A thread that ended is followed by another within a second. */
  private async untilUp(): Promise<ProberThread | undefined> {
    while (!this.isClosed && !this.leastLoaded()) await new Promise<void>((resume) => this.idle.push(resume));
    return this.leastLoaded();
  }

  get inFlight(): number {
    return this.begun;
  }

  delayMs(): number {
    return Math.max(...this.threads.map(({ delayMs }) => delayMs));
  }

  setPolicy(policy: EgressPolicy): void {
    this.setup = { ...this.setup, policy };
    for (const thread of this.threads) thread.setPolicy(policy);
    this.quarantine.setPolicy(policy);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const resume of this.idle.splice(0)) resume();
    await Promise.all([...this.threads.map((thread) => thread.close()), this.quarantine.close()]);
  }
}
