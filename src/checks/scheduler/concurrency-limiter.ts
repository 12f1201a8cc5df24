import type { Trigger } from '../result/check-result.js';
import { HostLimiter } from './host-limiter.js';
import { type Candidate, PriorityLane, laneLimit, laneOrder } from './priority-lane.js';

/** Which of the checks that are due may begin. Each call costs O(log n). */
export class ConcurrencyLimiter {
  private readonly lanes: Record<Trigger, PriorityLane> = {
    manual: new PriorityLane(),
    confirmation: new PriorityLane(),
    scheduled: new PriorityLane(),
  };
  private readonly gates = new Map<string, HostLimiter>();
  private running = 0;
  private lined = 0;

  constructor(
    private total: number,
    private readonly perHost: number,
  ) {}

  get inFlight(): number {
    return this.running;
  }

  get waiting(): number {
    return this.lined;
  }

  /** What is in flight above a lower limit goes on. */
  setTotal(total: number): void {
    this.total = total;
  }

  /** It wants to begin. */
  offer(candidate: Candidate): void {
    this.lined += 1;
    if (this.gateOf(candidate.host).admit(candidate)) this.lanes[candidate.lane].queue.add(candidate);
  }

  /** It does not want to begin any more. */
  withdraw(candidate: Candidate, now: number): void {
    this.lined -= 1;
    this.lanes[candidate.lane].queue.remove(candidate);
    this.gateOf(candidate.host).withdraw(candidate);
    this.settle(candidate.host, now);
  }

  /** The next one that may begin; it is in flight from now on. */
  take(): Candidate | undefined {
    for (const name of laneOrder) {
      const candidate = this.nextOf(name);
      if (candidate !== undefined) return candidate;
    }
    return undefined;
  }

  finished(candidate: Candidate, now: number): void {
    this.running -= 1;
    this.lanes[candidate.lane].finished(candidate);
    this.gateOf(candidate.host).finished();
    this.settle(candidate.host, now);
  }

  private nextOf(name: Trigger): Candidate | undefined {
    const lane = this.lanes[name];
    for (;;) {
      const candidate = lane.next(laneLimit(name, this.total), this.total - this.running);
      if (candidate === undefined) return undefined;
      const gate = this.gateOf(candidate.host);
      if (gate.isFull) {
        gate.requeue(candidate);
        continue;
      }
      gate.began(candidate);
      lane.began(candidate);
      this.running += 1;
      this.lined -= 1;
      return candidate;
    }
  }

  private gateOf(host: string): HostLimiter {
    let gate = this.gates.get(host);
    if (gate === undefined) this.gates.set(host, (gate = new HostLimiter(this.perHost)));
    return gate;
  }

  private settle(host: string, now: number): void {
    const gate = this.gateOf(host);
    for (const candidate of gate.released()) {
      candidate.readyAt = Math.max(candidate.readyAt, now);
      this.lanes[candidate.lane].queue.add(candidate);
    }
    if (gate.isIdle) this.gates.delete(host);
  }
}
