import { Injectable } from '@nestjs/common';
import type { Plan } from '../../auth/plan.js';
import { Clock } from '../../common/clock.js';
import { shardOf } from '../../common/slot-grid.js';
import { SqlReader } from '../../database/sql-reader.js';
import { Transactions } from '../../database/transactions.js';
import { type Deletion, deletionOf, deletionOfRequests } from './batched-deletes.js';
import { MonitorCursor, type Visited } from './monitor-cursor.js';
import { everythingOf, expired, type Removal } from './retention-plan.js';
import { DAY, HOUR, MINUTE } from './rollup.js';
import type { Transaction } from '../../database/transactions.js';

/** A call every five seconds goes round 10,000 monitors in about eight minutes. */
const MONITORS = 100;
const ROUND_MS = 600_000;

/** Rows that one transaction removes. */
const CHUNK = 1_000;

/** Transactions of one call. */
const CHUNKS = 5;
const REQUESTS_KEPT_MS = 600_000;

type Time = number | string | null;

interface Kept extends Visited {
  readonly plan: Plan;
  readonly oldestCheck: Time;
  readonly oldestMinute: Time;
  readonly oldestHour: Time;
  readonly oldestDay: Time;
}

const oldestRollup = (resolution: number): string =>
  `(SELECT r.bucketStart FROM check_rollups r WHERE r.monitorId = s.monitorId AND r.resolution = ${resolution} ORDER BY r.bucketStart LIMIT 1)`;

/** Sub-queries, so that no database has the idea to begin with the teams. */
const kept = `
  (SELECT t.plan FROM monitors m JOIN teams t ON t.id = m.teamId WHERE m.id = s.monitorId) AS plan,
  (SELECT c.dueAt FROM checks c WHERE c.monitorId = s.monitorId ORDER BY c.dueAt LIMIT 1) AS oldestCheck,
  ${oldestRollup(MINUTE)} AS oldestMinute,
  ${oldestRollup(HOUR)} AS oldestHour,
  ${oldestRollup(DAY)} AS oldestDay`;

/**
 * Removes checks and rollups whose time is over, and what is left of removed monitors: monitor by monitor and
 * 1,000 rows at a time, all day long. Each process does it for the shards it makes the checks of.
 */
@Injectable()
export class CheckRetention {
  private readonly round: MonitorCursor<Kept>;
  /** What is still to go of what was looked at. */
  private removals: Removal[] = [];
  private lastRemoved = '';

  constructor(
    private readonly reads: SqlReader,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {
    this.round = new MonitorCursor(reads, clock, kept, ROUND_MS);
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
    return monitors.flatMap(({ monitorId, plan, oldestCheck, oldestMinute, oldestHour, oldestDay }) =>
      expired(
        {
          monitorId,
          plan,
          check: toTime(oldestCheck),
          minute: toTime(oldestMinute),
          hour: toTime(oldestHour),
          day: toTime(oldestDay),
        },
        now,
      ),
    );
  }

  private async leftOfRemoved(shards: readonly number[]): Promise<Removal[]> {
    const removed = await this.reads.query<{ monitorId: string }>(
      `SELECT monitorId FROM removed_monitors WHERE monitorId > ? ORDER BY monitorId LIMIT ${MONITORS}`,
      [this.lastRemoved],
    );
    this.lastRemoved = removed.length < MONITORS ? '' : removed.at(-1)!.monitorId;
    const ours = removed.filter(({ monitorId }) => shards.includes(shardOf(monitorId)));
    return ours.flatMap(({ monitorId }) => everythingOf(monitorId));
  }

  /** Removes up to `CHUNK` rows of what is next, in one transaction. */
  private async removeChunk(): Promise<number> {
    const { removed, rest } = await this.transactions.run(async (tx) => {
      let room = CHUNK;
      const left = [...this.removals];
      while (room > 0 && left.length > 0) {
        const asked = room;
        room -= await execute(tx, deletionOf(left[0]!, asked));
        if (room > 0) left.shift();
      }
      return { removed: CHUNK - room, rest: left };
    });
    this.removals = rest;
    return removed;
  }

  private async removeRequests(): Promise<number> {
    const before = this.clock.now().getTime() - REQUESTS_KEPT_MS;
    const [row] = await this.reads.query<{ oldest: Time }>(
      'SELECT MIN(requestedAt) AS oldest FROM check_requests',
      [],
    );
    const oldest = toTime(row!.oldest);
    if (oldest === null || oldest >= before) return 0;
    return this.transactions.run((tx) => execute(tx, deletionOfRequests(before, CHUNK)));
  }
}

/** How many rows a statement deleted. */
async function execute({ manager }: Transaction, { sql, values }: Deletion): Promise<number> {
  const { affected } = await manager.queryRunner!.query(sql, [...values], true);
  return affected ?? 0;
}

const toTime = (value: Time): number | null => (value === null ? null : Number(value));
