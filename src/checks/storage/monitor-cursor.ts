import type { Clock } from '../../common/clock.js';

/** A monitor that it is the turn of. */
export interface Visited {
  readonly shard: number;
  readonly monitorId: string;
}

const BEFORE_ALL: Visited = { shard: -1, monitorId: '' };

/** Goes round the monitors of some shards, a few at a time. Where a round got to is forgotten with the process. */
export class MonitorCursor<T extends Visited> {
  private last = BEFORE_ALL;
  private began = -Infinity;

  constructor(
    /** At most `count` monitors of the shards, those that follow on `last` in the order of shards and ids. */
    private readonly find: (shards: readonly number[], last: Visited, count: number) => Promise<T[]>,
    private readonly clock: Clock,
    /** How long a round takes at least. Until then there is nothing left to visit. */
    private readonly leastMs: number,
  ) {}

  /** The next monitors, at most `count`. */
  async next(shards: readonly number[], count: number): Promise<T[]> {
    if (shards.length === 0 || !this.isUnderWay()) return [];
    const visited = await this.find(shards, this.last, count);
    this.last = visited.length < count ? BEFORE_ALL : visited.at(-1)!;
    return visited;
  }

  /** Begins a round where the last one is over. A clock that was set back does not delay it. */
  private isUnderWay(): boolean {
    if (this.last !== BEFORE_ALL) return true;
    const now = this.clock.now().getTime();
    if (now >= this.began && now < this.began + this.leastMs) return false;
    this.began = now;
    return true;
  }
}
