import { Injectable } from '@nestjs/common';
import { filledUp } from '../database/in-list.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Check } from './result/check.entity.js';
import type { CheckResult } from './result/check-result.js';

interface Known {
  readonly id: string;
  readonly teamId: string;
}

/** How many monitors one statement asks of. */
const BATCH = 50;

const NO_MONITOR = '';

const COLUMNS =
  'monitorId, dueAt, lagMs, cause, ok, verdict, inMaintenance, error, detail, statusCode, dnsUs, connectUs, tlsUs, ' +
  'firstByteUs, totalUs, bodyBytes, certificateExpiresAt, address, excerpt';

/** Reads back the last checks of many monitors. */
@Injectable()
export class RecentChecks {
  constructor(private readonly reads: SqlReader) {}

  /** The last `count` checks of each of the monitors that has any, in the order they were due. */
  async of(monitors: readonly Known[], count: number): Promise<ReadonlyMap<string, CheckResult[]>> {
    const recent = new Map<string, CheckResult[]>();
    for (let i = 0; i < monitors.length; i += BATCH)
      for (const result of await this.read(monitors.slice(i, i + BATCH), count)) {
        const earlier = recent.get(result.monitorId);
        if (earlier) earlier.unshift(result);
        else recent.set(result.monitorId, [result]);
      }
    return recent;
  }

  /** One walk along the index for each monitor: to number the rows of all would read all there are. */
  private async read(monitors: readonly Known[], count: number): Promise<CheckResult[]> {
    const teams = new Map(monitors.map(({ id, teamId }) => [id, teamId]));
    const each = `SELECT * FROM (SELECT ${COLUMNS} FROM checks WHERE monitorId = ? ORDER BY dueAt DESC LIMIT ${count}) c`;
    const ids = filledUp(
      monitors.map(({ id }) => id),
      NO_MONITOR,
    );
    const rows = await this.reads.query<Check>(ids.map((_, n) => `${each}${n}`).join(' UNION ALL '), ids);
    return rows.map((row) => outcomeOf(row, teams.get(row.monitorId)!));
  }
}

/** Both drivers give booleans as 0 and 1, and MySQL's may give 64-bit numbers as text. */
const outcomeOf = (row: Check, teamId: string): CheckResult => ({
  monitorId: row.monitorId,
  teamId,
  dueAt: Number(row.dueAt),
  startedAt: Number(row.dueAt) + row.lagMs,
  trigger: row.cause,
  verdict: row.verdict,
  inMaintenance: Boolean(row.inMaintenance),
  // What it said until the check after it was counted when that was stored.
  speaksForMs: 0,
  probe: {
    ok: Boolean(row.ok),
    error: row.error,
    detail: row.detail,
    isInternalError: row.verdict === 'inconclusive',
    statusCode: row.statusCode,
    phases: {
      dns: row.dnsUs,
      connect: row.connectUs,
      tls: row.tlsUs,
      firstByte: row.firstByteUs,
      total: row.totalUs,
    },
    bodyBytes: row.bodyBytes,
    certificateExpiresAt: row.certificateExpiresAt === null ? null : Number(row.certificateExpiresAt),
    address: row.address,
    excerpt: row.excerpt,
  },
});
