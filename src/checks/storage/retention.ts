import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { shardOf } from '../../common/slot-grid.js';
import { Transactions } from '../../database/transactions.js';
import { CheckRetentionRepository } from './check-retention.repository.js';
import { MonitorCursor, type Visited } from './monitor-cursor.js';
import { MonitorRoundsRepository } from './monitor-rounds.repository.js';
import { everythingOf, expired, type Removal, type RetentionCandidate } from './retention-plan.js';

/** A call every five seconds goes round 10,000 monitors in about eight minutes. */
const MONITORS = 100;
const ROUND_MS = 600_000;

/** Rows that one transaction removes. */
const CHUNK = 1_000;

/** Transactions of one call. */
const CHUNKS = 5;
const REQUESTS_KEPT_MS = 600_000;

/**
 * Removes checks and rollups whose time is over, and what is left of removed monitors: monitor by monitor and
 * 1,000 rows at a time, all day long. Each process does it for the shards it makes the checks of.
 */
@Injectable()
export class CheckRetention {
  private readonly round: MonitorCursor<Visited & RetentionCandidate>;
  /** What is still to go of what was looked at. */
  private removals: Removal[] = [];
  private lastRemoved = '';

  constructor(
    rounds: MonitorRoundsRepository,
    private readonly stored: CheckRetentionRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {
    this.round = new MonitorCursor((...next) => rounds.findKept(...next), clock, ROUND_MS);
  }

  /**
   * To be called every few seconds. Looks at the next monitors, unless there is still something to remove, and
   * removes in at most `chunks` transactions. Answers how many rows went.
   */
  async sweep(shards: readonly number[], chunks = CHUNKS): Promise<number> {
    if (this.removals.length === 0)
      this.removals = [...(await this.overdue(shards)), ...(await this.leftOfRemoved(shards))];
    let removed = await this.removeRequests();
    for (let i = 0; i < chunks && this.removals.length > 0; i += 1) removed += await this.removeChunk();
    return removed;
  }

  private async overdue(shards: readonly number[]): Promise<Removal[]> {
    const monitors = await this.round.next(shards, MONITORS);
    const now = this.clock.now().getTime();
    return monitors.flatMap((each) => expired(each, now));
  }

  private async leftOfRemoved(shards: readonly number[]): Promise<Removal[]> {
    const removed = await this.stored.findRemoved(this.lastRemoved, MONITORS);
    this.lastRemoved = removed.length < MONITORS ? '' : removed.at(-1)!;
    return removed.filter((id) => shards.includes(shardOf(id))).flatMap(everythingOf);
  }

  /** Removes up to `CHUNK` rows of what is next, in one transaction. */
  private async removeChunk(): Promise<number> {
    const { removed, rest } = await this.transactions.run(async (tx) => {
      let room = CHUNK;
      const left = [...this.removals];
      while (room > 0 && left.length > 0) {
        const asked = room;
        room -= await this.stored.remove(tx, left[0]!, asked);
        if (room > 0) left.shift();
      }
      return { removed: CHUNK - room, rest: left };
    });
    this.removals = rest;
    return removed;
  }

  private async removeRequests(): Promise<number> {
    const before = this.clock.now().getTime() - REQUESTS_KEPT_MS;
    const oldest = await this.stored.findOldestRequest();
    if (oldest === null || oldest >= before) return 0;
    return this.transactions.run((tx) => this.stored.removeRequests(tx, before, CHUNK));
  }
}
