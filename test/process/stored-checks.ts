import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { slotAt } from '../../src/common/slot-grid.js';
import type { TestDatabase } from '../test-database.js';

type Row = Record<string, any>;

/** Asks the database of a server below the server. All statements see the same moment. */
export async function query({ env }: TestDatabase, ...statements: string[]): Promise<Row[][]> {
  const url = env['DATABASE_URL'];
  if (!url) {
    const database = new Sqlite(join(env['DATA_DIR']!, 'pulse.sqlite'), { readonly: true });
    const ask = database.transaction(() => statements.map((sql) => database.prepare(sql).all() as Row[]));
    try {
      return ask();
    } finally {
      database.close();
    }
  }
  const connection = await createConnection({ uri: url, supportBigNumbers: true });
  try {
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const answers: Row[][] = [];
    for (const sql of statements) answers.push((await connection.query(sql))[0] as Row[]);
    return answers;
  } finally {
    await connection.end();
  }
}

/** Everything that is stored of the checks of one monitor. */
export interface StoredChecks {
  readonly monitorId: string;
  /** In order. */
  readonly dueTimes: number[];
  readonly verdicts: string[];
  /** By resolution: how many checks are counted as made, and how many as skipped. */
  readonly counted: Map<number, { made: number; skipped: number }>;
  /** By which everything due is made or counted as skipped. */
  readonly lastDueAt: number;
}

/** What is stored at this moment of each monitor that was ever checked, by its id. */
export async function storedChecks(database: TestDatabase): Promise<Map<string, StoredChecks>> {
  const [states = [], checks = [], sums = []] = await query(
    database,
    'SELECT monitorId, lastDueAt FROM monitor_states WHERE lastDueAt IS NOT NULL',
    'SELECT monitorId, dueAt, verdict FROM checks ORDER BY dueAt',
    'SELECT monitorId, resolution, SUM(okCount + failedCount + inconclusiveCount + maintenanceCount) AS made,' +
      ' SUM(skippedCount) AS skipped FROM check_rollups GROUP BY monitorId, resolution',
  );
  const byId = new Map<string, StoredChecks>(
    states.map(({ monitorId, lastDueAt }) => [
      monitorId,
      { monitorId, dueTimes: [], verdicts: [], counted: new Map(), lastDueAt: Number(lastDueAt) },
    ]),
  );
  for (const { monitorId, dueAt, verdict } of checks) {
    byId.get(monitorId)?.dueTimes.push(Number(dueAt));
    byId.get(monitorId)?.verdicts.push(verdict);
  }
  for (const { monitorId, resolution, made, skipped } of sums)
    byId.get(monitorId)?.counted.set(resolution, { made: Number(made), skipped: Number(skipped) });
  return byId;
}

const RESOLUTIONS = [60, 3_600, 86_400];
const nothing = { made: 0, skipped: 0 };

/**
 * What is wrong with the books of a monitor that was active and on one grid from `before` to `after`: a check
 * that is stored twice or counted another time than once, a slot that is not either made or skipped.
 */
function issuesOf(before: StoredChecks, after: StoredChecks, interval: number): string[] {
  const issues: string[] = [];
  const slotOf = (time: number) => slotAt(after.monitorId, interval, time);
  const { dueTimes } = after;
  if (new Set(dueTimes).size !== dueTimes.length) issues.push('a check is stored twice');
  const onGrid = dueTimes.filter((dueAt) => dueAt > before.lastDueAt && slotOf(dueAt) === dueAt).length;
  const slots = (slotOf(after.lastDueAt) - slotOf(before.lastDueAt)) / interval;
  for (const resolution of RESOLUTIONS) {
    const { made, skipped } = after.counted.get(resolution) ?? nothing;
    const more = skipped - (before.counted.get(resolution) ?? nothing).skipped;
    if (made !== dueTimes.length)
      issues.push(`${made} of ${dueTimes.length} checks are counted by ${resolution} s`);
    if (onGrid + more !== slots)
      issues.push(`${onGrid} slots were made and ${more} skipped of ${slots} by ${resolution} s`);
  }
  return issues.map((fault) => `${after.monitorId}: ${fault}`);
}

/** Those of all monitors that were stored `before`. */
export const faultsSince = (
  before: ReadonlyMap<string, StoredChecks>,
  after: ReadonlyMap<string, StoredChecks>,
  interval: number,
): string[] =>
  [...before.values()].flatMap((each) => {
    const later = after.get(each.monitorId);
    return later ? issuesOf(each, later, interval) : [`${each.monitorId}: nothing is stored of it`];
  });
