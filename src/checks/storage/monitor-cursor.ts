import type { Clock } from '../../common/clock.js';
import { inList } from '../../database/in-list.js';
import { hintAt, type SqlReader } from '../../database/sql-reader.js';

/** A monitor that it is the turn of. */
export interface Visited {
  readonly shard: number;
  readonly monitorId: string;
}

/** In the order of the round. MariaDB knows nothing of the values, and may read the whole table instead. */
const INDEX = hintAt('monitor_states_shard');

const BEFORE_ALL: Visited = { shard: -1, monitorId: '' };

/** Goes round the monitors of some shards, a few at a time. Where a round got to is forgotten with the process. */
export class MonitorCursor<T extends Visited> {
  private last = BEFORE_ALL;
  private began = -Infinity;

  constructor(
    private readonly reads: SqlReader,
    private readonly clock: Clock,
    /** What to read of each, in SQL: `s` is its row of `monitor_states`. */
    private readonly columns: string,
    /** How long a round takes at least. Until then there is nothing left to visit. */
    private readonly leastMs: number,
  ) {}

  /** The next monitors, at most `count`. */
  async next(shards: readonly number[], count: number): Promise<T[]> {
    if (shards.length === 0 || !this.isUnderWay()) return [];
    const { shard, monitorId } = this.last;
    const { marks, bound } = inList(shards);
    const visited = await this.reads.query<T>(
      `SELECT s.shard, s.monitorId, ${this.columns} FROM monitor_states s${INDEX}
      WHERE s.shard IN (${marks}) AND s.shard >= ? AND (s.shard > ? OR s.monitorId > ?)
      ORDER BY s.shard, s.monitorId LIMIT ${count}`,
      [...bound, shard, shard, monitorId],
    );
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
