import type { Trigger } from '../result/check-result.js';
import { FairQueue } from './fair-queue.js';
import { type Candidate, laneOrder } from './priority-lane.js';

const none = (): Record<Trigger, number> => ({ manual: 0, confirmation: 0, scheduled: 0 });

/**
 * The limit of one host. No more of its checks stand in the lanes than could begin, so that a lane is not
 * full of what must wait; the others are parked here, and teams take turns here too. Checks of a lane before
 * another do not wait for those of the later one.
 */
export class HostLimiter {
  private inFlight = 0;
  private readonly admitted = none();
  private readonly parked: Partial<Record<Trigger, FairQueue<Candidate>>> = {};

  constructor(private readonly limit: number) {}

  get isIdle(): boolean {
    return (
      this.inFlight === 0 && laneOrder.every((lane) => this.admitted[lane] === 0 && !this.hasParked(lane))
    );
  }

  get isFull(): boolean {
    return this.inFlight >= this.limit;
  }

  /** Whether it may line up in its lane; it is parked otherwise. */
  admit(candidate: Candidate): boolean {
    const isAdmitted = this.hasRoom(candidate.lane);
    if (isAdmitted) this.admitted[candidate.lane] += 1;
    else this.defer(candidate);
    return isAdmitted;
  }

  /** What was admitted is parked again: checks of an earlier lane took the places meanwhile. */
  requeue(candidate: Candidate): void {
    this.admitted[candidate.lane] -= 1;
    this.defer(candidate);
  }

  began({ lane }: Candidate): void {
    this.admitted[lane] -= 1;
    this.inFlight += 1;
  }

  finished(): void {
    this.inFlight -= 1;
  }

  /** It does not want to begin any more. */
  withdraw(candidate: Candidate): void {
    if (!this.parked[candidate.lane]?.remove(candidate)) this.admitted[candidate.lane] -= 1;
  }

  /** What was parked and may line up now. */
  *released(): Generator<Candidate> {
    for (const lane of laneOrder) {
      while (this.hasParked(lane) && this.hasRoom(lane)) {
        this.admitted[lane] += 1;
        yield this.parked[lane]!.next()!;
      }
    }
  }

  private hasParked(lane: Trigger): boolean {
    return this.parked[lane]?.isEmpty === false;
  }

  private hasRoom(lane: Trigger): boolean {
    let taken = this.inFlight;
    for (const each of laneOrder) {
      taken += this.admitted[each];
      if (each === lane) break;
    }
    return taken < this.limit;
  }

  private defer(candidate: Candidate): void {
    (this.parked[candidate.lane] ??= new FairQueue()).add(candidate);
  }
}
