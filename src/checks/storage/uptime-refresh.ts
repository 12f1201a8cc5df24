import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { SqlReader } from '../../database/sql-reader.js';
import { Transactions } from '../../database/transactions.js';
import { MonitorCursor, type Visited } from './monitor-cursor.js';
import { UptimeService } from '../uptime.service.js';

/** A call every five seconds goes round 12,000 monitors in five minutes. */
const MONITORS = 200;
const ROUND_MS = 60_000;

interface Shown extends Visited {
  readonly uptime24h: number | null;
}

/** Keeps the uptime of 24 hours that lists show up to date: it also changes by what is more than 24 hours ago. */
@Injectable()
export class UptimeRefresh {
  private readonly round: MonitorCursor<Shown>;

  constructor(
    reads: SqlReader,
    private readonly transactions: Transactions,
    private readonly uptimes: UptimeService,
    clock: Clock,
  ) {
    this.round = new MonitorCursor(reads, clock, 's.uptime24h', ROUND_MS);
  }

  /** Looks at the next monitors of these shards, and answers how many it wrote. */
  async refresh(shards: readonly number[]): Promise<number> {
    const shown = await this.round.next(shards, MONITORS);
    if (shown.length === 0) return 0;
    const ids = shown.map(({ monitorId }) => monitorId);
    const current = await this.uptimes.uptimeOf(ids, '24h');
    const changed = shown
      .map(({ monitorId, uptime24h }) => {
        const { percent } = current.get(monitorId)!;
        return { monitorId, from: uptime24h, to: percent === null ? null : Math.round(percent * 1000) };
      })
      .filter(({ from, to }) => from !== to);
    if (changed.length > 0) await this.write(changed);
    return changed.length;
  }

  private async write(changed: ReadonlyArray<{ monitorId: string; to: number | null }>): Promise<void> {
    const sorted = changed.toSorted((a, b) => (a.monitorId < b.monitorId ? -1 : 1));
    const cases = sorted.map(() => 'WHEN ? THEN ?').join(' ');
    const ids = sorted.map(({ monitorId }) => monitorId);
    await this.transactions.run(({ manager }) =>
      manager.query(
        `UPDATE monitor_states SET uptime24h = CASE monitorId ${cases} END WHERE monitorId IN (${ids.map(() => '?').join(', ')})`,
        [...sorted.flatMap(({ monitorId, to }) => [monitorId, to]), ...ids],
      ),
    );
  }
}
