import type { Trigger } from '../result/check-result.js';
import { FairQueue, type Waiting } from './fair-queue.js';

/** A check that is due and waits for its start, and later the same check in flight. */
export interface Candidate extends Waiting {
  readonly host: string;
  readonly lane: Trigger;
  /** Since when nothing holds it back but the load of this process. Epoch milliseconds. */
  readyAt: number;
}

/** In this order they are served. */
export const laneOrder = ['manual', 'confirmation', 'scheduled'] as const satisfies readonly Trigger[];

/**
 * How many of `cap` checks in flight may be of a lane. A lane before another leaves some to it, and the
 * eighth that the last lane cannot have is always free for those before it.
 */
export function laneLimit(lane: Trigger, cap: number): number {
  const limits = { manual: cap >> 2, confirmation: cap >> 1, scheduled: cap - Math.max(1, cap >> 3) };
  return Math.max(1, limits[lane]);
}

/** As many times what is still free a team may have in flight: the more teams are busy, the less each may have. */
const SHARE = 8;

/** What waits and what is in flight of one trigger. */
export class PriorityLane {
  readonly queue = new FairQueue<Candidate>();
  private inFlight = 0;
  private readonly heldBy = new Map<string, number>();

  /**
   * The next one that may begin when the lane has room, of `room` overall. A team whose checks hang cannot
   * fill the lane: whatever it holds, there is a place for a team that holds none.
   */
  next(limit: number, room: number): Candidate | undefined {
    const free = Math.min(limit - this.inFlight, room);
    if (free <= 0) return undefined;
    return this.queue.next((teamId) => (this.heldBy.get(teamId) ?? 0) < SHARE * free);
  }

  began({ teamId }: Candidate): void {
    this.inFlight += 1;
    this.heldBy.set(teamId, (this.heldBy.get(teamId) ?? 0) + 1);
  }

  finished({ teamId }: Candidate): void {
    this.inFlight -= 1;
    const held = this.heldBy.get(teamId)! - 1;
    if (held === 0) this.heldBy.delete(teamId);
    else this.heldBy.set(teamId, held);
  }
}
