import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.js';

const REMEMBERED = 10_000;

/** Lets something through the first time in each period, for each of many. Remembers a bounded number of them. */
export class OncePerInterval {
  private readonly seen = new LRUCache<string, number>({ max: REMEMBERED });

  constructor(
    private readonly periodMs: number,
    private readonly clock: Clock,
  ) {}

  /** Whether this is the first `what` of the current period. */
  isFirst(what: string): boolean {
    const period = Math.floor(this.clock.now().getTime() / this.periodMs);
    if (this.seen.get(what) === period) return false;
    this.seen.set(what, period);
    return true;
  }
}
