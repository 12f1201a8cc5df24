import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { inList } from '../../database/in-list.js';
import { Reads } from '../../database/reads.js';
import { Transactions } from '../../database/transactions.js';
import { MonitorRound, type Visited } from './monitor-round.js';
import { bucketStart, HOUR, MINUTE } from './rollup.js';
import { uptimeOf } from './uptime.js';

/** A call every five seconds goes round 12,000 monitors in five minutes. */
const MONITORS = 200;
const ROUND_MS = 60_000;
const DAY_MS = 86_400_000;

interface Shown extends Visited {
  readonly uptime24h: number | null;
}

/** What the rollups of the last 24 hours come to: whole hours, and the minutes before the first of them. */
const uptimes = (marks: string): string => {
  const which = `monitorId IN (${marks})`;
  const counts = 'SELECT monitorId, okCount, failedCount FROM check_rollups WHERE';
  return `SELECT monitorId, SUM(okCount) AS ok, SUM(failedCount) AS failed FROM (
    ${counts} ${which} AND resolution = ${HOUR} AND bucketStart >= ?
    UNION ALL ${counts} ${which} AND resolution = ${MINUTE} AND bucketStart >= ? AND bucketStart < ?
  ) rollups GROUP BY monitorId`;
};

/** Keeps the availability that lists show up to date: it also changes by what is more than 24 hours ago. */
@Injectable()
export class UptimeRefresh {
  private readonly round: MonitorRound<Shown>;

  constructor(
    private readonly reads: Reads,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {
    this.round = new MonitorRound(reads, clock, 's.uptime24h', ROUND_MS);
  }

  /** Looks at the next monitors of these shards, and answers how many it wrote. */
  async refresh(shards: readonly number[]): Promise<number> {
    const shown = await this.round.next(shards, MONITORS);
    if (shown.length === 0) return 0;
    const current = await this.read(shown.map(({ monitorId }) => monitorId));
    const changed = shown
      .map(({ monitorId, uptime24h }) => ({ monitorId, from: uptime24h, to: current.get(monitorId) ?? null }))
      .filter(({ from, to }) => from !== to);
    if (changed.length > 0) await this.write(changed);
    return changed.length;
  }

  private async read(ids: readonly string[]): Promise<Map<string, number | null>> {
    const from = this.clock.now().getTime() - DAY_MS;
    const firstMinute = bucketStart(from + 59_999, MINUTE);
    const firstHour = bucketStart(from + 3_599_999, HOUR);
    const { marks, bound } = inList(ids);
    const rows = await this.reads.query<Record<'ok' | 'failed', number | string> & { monitorId: string }>(
      uptimes(marks),
      [...bound, firstHour, ...bound, firstMinute, firstHour],
    );
    return new Map(
      rows.map(({ monitorId, ok, failed }) => [monitorId, uptimeOf(Number(ok), Number(failed))]),
    );
  }

  private async write(changed: ReadonlyArray<{ monitorId: string; to: number | null }>): Promise<void> {
    const sorted = changed.toSorted((a, b) => (a.monitorId < b.monitorId ? -1 : 1));
    const cases = sorted.map(() => 'WHEN ? THEN ?').join(' ');
    const ids = sorted.map(({ monitorId }) => monitorId);
    await this.transactions.run((manager) =>
      manager.query(
        `UPDATE monitor_states SET uptime24h = CASE monitorId ${cases} END WHERE monitorId IN (${ids.map(() => '?').join(', ')})`,
        [...sorted.flatMap(({ monitorId, to }) => [monitorId, to]), ...ids],
      ),
    );
  }
}
