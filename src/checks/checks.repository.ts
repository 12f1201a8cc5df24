import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import type { Condition } from '../database/condition.js';
import { filledUp, type InList, inList } from '../database/in-list.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Listing } from '../http/listing.js';
import type { ListChecksDto } from './list-checks.dto.js';
import type { MetricRange } from './metric-periods.js';
import { CheckRollup } from './result/check-rollup.entity.js';
import { Check } from './result/check.entity.js';
import type { CheckResult, Verdict } from './result/check-result.js';
import type { CheckError } from './result/probe-result.js';
import type { RollupRange } from './result/rollup-ranges.js';
import { type CheckCounts, noChecks, sumOf } from './result/uptime.js';

/** Some time up to now, in epoch milliseconds, and the rollups that it consists of. */
export interface CountedTime {
  readonly from: number;
  readonly now: number;
  readonly stretches: readonly RollupRange[];
}

/** What the last check of a monitor found. */
export interface LatestCheck {
  readonly monitorId: string;
  readonly verdict: Verdict;
  readonly error: CheckError | null;
  readonly statusCode: number | null;
  readonly totalUs: number;
  readonly certificateExpiresAt: number | null;
}

/** A monitor, and whose it is. */
interface Owned {
  readonly id: string;
  readonly teamId: string;
}

type LatestRow = Omit<LatestCheck, 'certificateExpiresAt'> & { readonly certificateExpiresAt: unknown };
type CountsRow = Readonly<Record<keyof CheckCounts, unknown>> & {
  readonly monitorId: string;
  readonly part: number;
};

/** Each monitor's last check is found by itself: to group by monitor would read all checks of all of them. */
const findLatest = (
  marks: string,
): string => `SELECT c.monitorId, c.verdict, c.error, c.statusCode, c.totalUs, l.certificateExpiresAt
         FROM (SELECT s.certificateExpiresAt,
                      (SELECT k.seq FROM checks k WHERE k.monitorId = s.monitorId
                        ORDER BY k.dueAt DESC LIMIT 1) AS seq
                 FROM monitor_states s WHERE s.monitorId IN (${marks})) l
         JOIN checks c ON c.seq = l.seq`;

const RESULT_COLUMNS =
  'monitorId, dueAt, lagMs, cause, ok, verdict, inMaintenance, error, detail, statusCode, dnsUs, connectUs, tlsUs, ' +
  'firstByteUs, totalUs, bodyBytes, certificateExpiresAt, address, excerpt';

const NO_MONITOR = '';

/** Reads checks and their rollups: `StoredChecksRepository` writes them. */
@Injectable()
export class ChecksRepository extends BaseRepository<Check> {
  constructor(@InjectRepository(Check) checks: Repository<Check>, sql: SqlReader) {
    super(checks, sql);
  }

  /** The checks of a monitor that `query` asks for, newest first. */
  listing(monitorId: string, query: ListChecksDto): Listing<Check> {
    const { ok, trigger, from, to } = query;
    const index = indexFor(query);
    const conditions: Condition[] = [['t.monitorId = ?', monitorId]];
    const filters: Condition[] = [];
    if (ok !== undefined)
      (index === 'checks_monitorId_ok' ? conditions : filters).push(['t.ok = ?', ok ? 1 : 0]);
    if (trigger !== undefined)
      (index === 'checks_monitorId_cause' ? conditions : filters).push(['t.cause = ?', trigger]);
    if (from !== undefined) conditions.push(['t.dueAt >= ?', Date.parse(from)]);
    if (to !== undefined) conditions.push(['t.dueAt < ?', Date.parse(to)]);
    return { entity: Check, index, conditions, filters, orderBy: ['dueAt'], descending: true };
  }

  findRollups(monitorId: string, { resolution, from, to }: MetricRange): Promise<CheckRollup[]> {
    return this.sql.select(CheckRollup, {
      where: 't.monitorId = ? AND t.resolution = ? AND t.bucketStart >= ? AND t.bucketStart < ?',
      values: [monitorId, resolution, from, to],
    });
  }

  /** What the last checks of monitors found: of those that were checked, whatever team they are of. */
  async findLatest(monitorIds: readonly string[]): Promise<LatestCheck[]> {
    const { marks, bound } = inList(monitorIds);
    const rows = await this.sql.query<LatestRow>(findLatest(marks), bound);
    return rows.map((row) => ({ ...row, certificateExpiresAt: timeOf(row.certificateExpiresAt) }));
  }

  /**
   * The last `count` checks of each of the monitors, newest first. One walk along the index for each monitor: to
   * number the rows of all would read all there are.
   */
  async findRecent(monitors: readonly Owned[], count: number): Promise<CheckResult[]> {
    const teams = new Map(monitors.map(({ id, teamId }) => [id, teamId]));
    const each = `SELECT * FROM (SELECT ${RESULT_COLUMNS} FROM checks WHERE monitorId = ? ORDER BY dueAt DESC LIMIT ${count}) c`;
    const ids = filledUp(
      monitors.map(({ id }) => id),
      NO_MONITOR,
    );
    const rows = await this.sql.query<Check>(ids.map((_, n) => `${each}${n}`).join(' UNION ALL '), ids);
    return rows.map((row) => resultOf(row, teams.get(row.monitorId)!));
  }

  /**
   * For each of `parts` the counts of each monitor that has any, with the time since its last check. One query, by
   * the rollups: what it costs follows from the length of the time, not from the number of checks.
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
    const rows = await this.sql.query<CountsRow>(
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

/**
 * The index that leaves the fewest rows to go through. What is not scheduled is rare, and so are failures;
 * left to choose, SQLite goes through half a million checks in search of a few.
 */
function indexFor({ ok, trigger }: ListChecksDto): string {
  if (trigger !== undefined && (trigger !== 'scheduled' || ok === undefined)) return 'checks_monitorId_cause';
  return ok === undefined ? 'checks_monitorId_dueAt' : 'checks_monitorId_ok';
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

/** Sums: MySQL's driver gives them as text. */
const countsOf = ({
  ok,
  failed,
  inconclusive,
  maintenance,
  skipped,
  upMs,
  downMs,
}: CountsRow): CheckCounts => ({
  ok: Number(ok),
  failed: Number(failed),
  inconclusive: Number(inconclusive),
  maintenance: Number(maintenance),
  skipped: Number(skipped),
  upMs: Number(upMs),
  downMs: Number(downMs),
});

/** Both drivers give booleans as 0 and 1, and MySQL's may give 64-bit numbers as text. */
const resultOf = (row: Check, teamId: string): CheckResult => ({
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
    certificateExpiresAt: timeOf(row.certificateExpiresAt),
    address: row.address,
    excerpt: row.excerpt,
  },
});

/** MySQL gives 64-bit numbers as text where they are large. */
const timeOf = (value: unknown): number | null => (value === null ? null : Number(value));
