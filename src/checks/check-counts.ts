import { Injectable } from '@nestjs/common';
import { type InList, inList } from '../database/in-list.js';
import { SqlReader } from '../database/sql-reader.js';
import type { RollupRange } from './result/rollup-ranges.js';
import { type CheckCounts, noChecks, sumOf } from './result/uptime.js';

/** Some time up to now, in epoch milliseconds, and the rollups that it consists of. */
export interface CountedTime {
  readonly from: number;
  readonly now: number;
  readonly stretches: readonly RollupRange[];
}

/** Sums: MySQL's driver gives them as text. */
type Row = Readonly<Record<keyof CheckCounts, unknown>> & {
  readonly monitorId: string;
  readonly part: number;
};

/** Counts checks by their rollups: what it costs follows from the length of the time, not from the number of checks. */
@Injectable()
export class CheckCountsReader {
  constructor(private readonly reads: SqlReader) {}

  /**
   * For each of `parts` the counts of each monitor that has any, with the time since its last check. One query.
   */
  async count(
    monitorIds: readonly string[],
    parts: readonly CountedTime[],
  ): Promise<Array<Map<string, CheckCounts>>> {
    const totals = parts.map(() => new Map<string, CheckCounts>());
    if (monitorIds.length === 0 || parts.length === 0) return totals;
    const ids = inList(monitorIds);
    const selects = parts.flatMap((time, part) => [
      ...time.stretches.map((each) => countedIn(ids, part, each)),
      sinceLastCheck(ids, part, time),
    ]);
    const sql = selects.map(([text]) => text).join(' UNION ALL ');
    const rows = await this.reads.query<Row>(
      sql,
      selects.flatMap(([, ...values]) => values),
    );
    for (const row of rows) {
      const counts = totals[Number(row.part)]!;
      counts.set(row.monitorId, sumOf(counts.get(row.monitorId) ?? noChecks, countsOf(row)));
    }
    return totals;
  }
}

/** One range of the key for each monitor: alternatives in one condition would leave the databases to find that out. */
function countedIn(
  { marks, bound }: InList<string>,
  part: number,
  { resolution, from, to }: RollupRange,
): [string, ...unknown[]] {
  return [
    `SELECT monitorId, ${part} AS part, SUM(okCount) AS ok, SUM(failedCount) AS failed,` +
      ' SUM(inconclusiveCount) AS inconclusive, SUM(maintenanceCount) AS maintenance,' +
      ` SUM(skippedCount) AS skipped, SUM(${msOf('upMs', 'okCount')}) AS upMs,` +
      ` SUM(${msOf('downMs', 'failedCount')}) AS downMs FROM check_rollups` +
      ` WHERE monitorId IN (${marks}) AND resolution = ? AND bucketStart >= ? AND bucketStart < ?` +
      ' GROUP BY monitorId',
    ...bound,
    resolution,
    from,
    to,
  ];
}

/** As `Rollup.addStored`: where time was not counted yet, checks stand for equal shares. A division by zero is null. */
const msOf = (column: string, count: string): string =>
  `COALESCE(${column}, 1000 * resolution * ${count} / (okCount + failedCount))`;

/** What the last check of each monitor says until now, which is in no rollup yet: see `observedTimeOf`. */
function sinceLastCheck(
  { marks, bound }: InList<string>,
  part: number,
  { from, now }: CountedTime,
): [string, ...unknown[]] {
  const ms =
    'CASE WHEN observedUntil < ? THEN observedUntil ELSE ? END - CASE WHEN observedFrom > ? THEN observedFrom ELSE ? END';
  const msIf = (verdict: string) => `CASE WHEN observedVerdict = '${verdict}' THEN ms ELSE 0 END`;
  return [
    `SELECT monitorId, ${part} AS part, 0 AS ok, 0 AS failed, 0 AS inconclusive, 0 AS maintenance, 0 AS skipped,` +
      ` ${msIf('up')} AS upMs, ${msIf('down')} AS downMs` +
      ` FROM (SELECT monitorId, observedVerdict, ${ms} AS ms FROM monitor_states` +
      ` WHERE monitorId IN (${marks}) AND observedFrom < ? AND observedUntil > ?) o`,
    now,
    now,
    from,
    from,
    ...bound,
    now,
    from,
  ];
}

const countsOf = ({ ok, failed, inconclusive, maintenance, skipped, upMs, downMs }: Row): CheckCounts => ({
  ok: Number(ok),
  failed: Number(failed),
  inconclusive: Number(inconclusive),
  maintenance: Number(maintenance),
  skipped: Number(skipped),
  upMs: Number(upMs),
  downMs: Number(downMs),
});
