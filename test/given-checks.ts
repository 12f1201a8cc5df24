import { Transactions } from '../src/database/transactions.js';
import { Check } from '../src/checks/result/check.entity.js';
import { CheckRollup } from '../src/checks/result/check-rollup.entity.js';
import { LatencyHistogram } from '../src/checks/storage/latency-histogram.js';
import type { TestApp } from './app.js';

/** A check that was good, but for what is said of it. */
export type GivenCheck = Partial<Omit<Check, 'seq' | 'monitorId' | 'ok'>> & { readonly dueAt: number };

const ROWS_AT_ONCE = 500;

export function checkOf(monitorId: string, check: GivenCheck): Omit<Check, 'seq'> {
  const { verdict = 'ok' } = check;
  return {
    monitorId,
    lagMs: 0,
    cause: 'scheduled',
    ok: verdict === 'ok',
    verdict,
    inMaintenance: false,
    error: verdict === 'ok' ? null : 'unexpected-status',
    detail: null,
    statusCode: verdict === 'ok' ? 200 : 503,
    dnsUs: null,
    connectUs: 1_000,
    tlsUs: null,
    firstByteUs: 5_000,
    totalUs: 10_000,
    bodyBytes: 2,
    certificateExpiresAt: null,
    address: '203.0.113.7',
    excerpt: null,
    ...check,
  };
}

/** Stores checks, the same of each monitor, without rollups. */
export async function givenChecks(
  app: TestApp,
  monitors: string | readonly string[],
  checks: readonly GivenCheck[],
): Promise<void> {
  const rows = [monitors].flat().flatMap((id) => checks.map((check) => checkOf(id, check)));
  await insert(app, Check, rows);
}

/** Stores the rollups of checks, and of slots that were skipped at the times `skipped`: of each minute, hour and day. */
export async function givenRollups(
  app: TestApp,
  monitors: string | readonly string[],
  checks: readonly GivenCheck[],
  skipped: readonly number[] = [],
): Promise<void> {
  const rows = [monitors].flat().flatMap((id) => rollupsOf(id, checks, skipped));
  await insert(app, CheckRollup, rows);
}

const rollupsOf = (
  monitorId: string,
  checks: readonly GivenCheck[],
  skipped: readonly number[],
): CheckRollup[] =>
  [60, 3_600, 86_400].flatMap((resolution) => {
    const startOf = (time: number) => time - (time % (resolution * 1000));
    const starts = new Set([...checks.map(({ dueAt }) => dueAt), ...skipped].map(startOf));
    return [...starts].map((bucketStart) => ({
      ...sumOf(
        checks
          .filter(({ dueAt }) => startOf(dueAt) === bucketStart)
          .map((check) => checkOf(monitorId, check)),
      ),
      monitorId,
      resolution,
      bucketStart,
      skippedCount: skipped.filter((time) => startOf(time) === bucketStart).length,
    }));
  });

/** Those of a maintenance window are only counted; a check without an answer has no duration. Each speaks for a minute. */
function sumOf(checks: ReadonlyArray<Omit<Check, 'seq'>>) {
  const outside = checks.filter(({ inMaintenance }) => !inMaintenance);
  const countOf = (verdict: string) => outside.filter((check) => check.verdict === verdict).length;
  const durations = outside
    .filter(({ statusCode, verdict }) => statusCode !== null && verdict !== 'inconclusive')
    .map(({ totalUs }) => totalUs);
  const histogram = new LatencyHistogram();
  for (const duration of durations) histogram.add(duration);
  return {
    okCount: countOf('ok'),
    failedCount: countOf('failed'),
    inconclusiveCount: countOf('inconclusive'),
    maintenanceCount: checks.length - outside.length,
    upMs: countOf('ok') * 60_000,
    downMs: countOf('failed') * 60_000,
    timedCount: durations.length,
    sumUs: durations.reduce((sum, duration) => sum + duration, 0),
    minUs: durations.length === 0 ? null : Math.min(...durations),
    maxUs: durations.length === 0 ? null : Math.max(...durations),
    histogram: histogram.toString(),
  };
}

/** Those with the same monitor and time are a fault of the test, and fail. */
async function insert<T extends object>(app: TestApp, entity: new () => T, rows: object[]): Promise<void> {
  await app.get(Transactions).run(async ({ manager }) => {
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
      await manager.insert(entity, rows.slice(i, i + ROWS_AT_ONCE));
  });
}
