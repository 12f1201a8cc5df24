import { Injectable } from '@nestjs/common';
import { type InList, inList } from '../../database/in-list.js';
import { Reads } from '../../database/reads.js';
import { type Stretch } from './rollup-cover.js';
import { type CheckCounts, noChecks, sumOf } from './uptime.js';

interface Row {
  readonly monitorId: string;
  readonly part: number;
  /** Sums: MySQL's driver gives them as text. */
  readonly ok: unknown;
  readonly failed: unknown;
  readonly inconclusive: unknown;
  readonly maintenance: unknown;
  readonly skipped: unknown;
}

/** Counts checks by their rollups: what it costs follows from the length of the time, not from the number of checks. */
@Injectable()
export class CheckCountsReader {
  constructor(private readonly reads: Reads) {}

  /** For each of `parts`, which are lists of stretches, the counts of each monitor that has any. One query. */
  async count(
    monitorIds: readonly string[],
    parts: ReadonlyArray<readonly Stretch[]>,
  ): Promise<Array<Map<string, CheckCounts>>> {
    const totals = parts.map(() => new Map<string, CheckCounts>());
    if (monitorIds.length === 0 || parts.every((stretches) => stretches.length === 0)) return totals;
    const ids = inList(monitorIds);
    const selects = parts.flatMap((stretches, part) => stretches.map((each) => selectOf(ids, part, each)));
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
function selectOf(
  { marks, bound }: InList<string>,
  part: number,
  { resolution, from, to }: Stretch,
): [string, ...unknown[]] {
  return [
    `SELECT monitorId, ${part} AS part, SUM(okCount) AS ok, SUM(failedCount) AS failed,` +
      ' SUM(inconclusiveCount) AS inconclusive, SUM(maintenanceCount) AS maintenance,' +
      ' SUM(skippedCount) AS skipped FROM check_rollups' +
      ` WHERE monitorId IN (${marks}) AND resolution = ? AND bucketStart >= ? AND bucketStart < ?` +
      ' GROUP BY monitorId',
    ...bound,
    resolution,
    from,
    to,
  ];
}

const countsOf = ({ ok, failed, inconclusive, maintenance, skipped }: Row): CheckCounts => ({
  ok: Number(ok),
  failed: Number(failed),
  inconclusive: Number(inconclusive),
  maintenance: Number(maintenance),
  skipped: Number(skipped),
});
