import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Transactions } from '../../database/transactions.js';
import { MonitorCursor } from './monitor-cursor.js';
import { MonitorRoundsRepository, type ShownUptime } from './monitor-rounds.repository.js';
import { UptimeService } from '../uptime.service.js';

/** A call every five seconds goes round 12,000 monitors in five minutes. */
const MONITORS = 200;
const ROUND_MS = 60_000;

/** Keeps the uptime of 24 hours that lists show up to date: it also changes by what is more than 24 hours ago. */
@Injectable()
export class UptimeRefresh {
  private readonly round: MonitorCursor<ShownUptime>;

  constructor(
    private readonly rounds: MonitorRoundsRepository,
    private readonly transactions: Transactions,
    private readonly uptimes: UptimeService,
    clock: Clock,
  ) {
    this.round = new MonitorCursor((...next) => rounds.findShownUptimes(...next), clock, ROUND_MS);
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
        const current24h = percent === null ? null : Math.round(percent * 1000);
        return { monitorId, before: uptime24h, uptime24h: current24h };
      })
      .filter(({ before, uptime24h }) => before !== uptime24h)
      .toSorted((a, b) => (a.monitorId < b.monitorId ? -1 : 1));
    if (changed.length > 0) await this.transactions.run((tx) => this.rounds.updateUptimes(tx, changed));
    return changed.length;
  }
}
