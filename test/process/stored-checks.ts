import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { slotAt } from '../../src/common/slot-grid.js';
import type { TestDatabase } from '../test-database.js';

type Row = Record<string, any>;

/** Asks the database of a server below the server. */
export async function query({ env }: TestDatabase, sql: string): Promise<Row[]> {
  const url = env['DATABASE_URL'];
  if (!url) {
    const database = new Sqlite(join(env['DATA_DIR']!, 'pulse.sqlite'), { readonly: true });
    try {
      return database.prepare(sql).all() as Row[];
    } finally {
      database.close();
    }
  }
  const connection = await createConnection({ uri: url, supportBigNumbers: true });
  try {
    return (await connection.query(sql))[0] as Row[];
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

/** What is stored of each monitor that was ever checked. */
export async function storedChecks(database: TestDatabase): Promise<StoredChecks[]> {
  const states = await query(
    database,
    'SELECT monitorId, lastDueAt FROM monitor_states WHERE lastDueAt IS NOT NULL',
  );
  const byId = new Map<string, StoredChecks>(
    states.map(({ monitorId, lastDueAt }) => [
      monitorId,
      { monitorId, dueTimes: [], verdicts: [], counted: new Map(), lastDueAt: Number(lastDueAt) },
    ]),
  );
  for (const row of await query(database, 'SELECT monitorId, dueAt, verdict FROM checks ORDER BY dueAt')) {
    byId.get(row['monitorId'])!.dueTimes.push(Number(row['dueAt']));
    byId.get(row['monitorId'])!.verdicts.push(row['verdict']);
  }
  const sums = await query(
    database,
    'SELECT monitorId, resolution, SUM(okCount + failedCount + inconclusiveCount + maintenanceCount) AS made,' +
      ' SUM(skippedCount) AS skipped FROM check_rollups GROUP BY monitorId, resolution',
  );
  for (const { monitorId, resolution, made, skipped } of sums)
    byId.get(monitorId)!.counted.set(resolution, { made: Number(made), skipped: Number(skipped) });
  return [...byId.values()];
}

/**
 * What is wrong with the books of a monitor that was checked on one grid all the time: a check that is stored
 * twice or counted another time than once, a slot that is neither made nor counted as skipped.
 */
export function faultsOf(
  { monitorId, dueTimes, counted, lastDueAt }: StoredChecks,
  interval: number,
): string[] {
  const faults: string[] = [];
  const onGrid = dueTimes.filter((dueAt) => slotAt(monitorId, interval, dueAt) === dueAt).length;
  const slots = Math.floor((lastDueAt - slotAt(monitorId, interval, dueTimes[0]! - 1)) / interval);
  if (new Set(dueTimes).size !== dueTimes.length) faults.push('a check is stored twice');
  for (const resolution of [60, 3_600, 86_400]) {
    const { made, skipped } = counted.get(resolution) ?? { made: 0, skipped: 0 };
    if (made !== dueTimes.length)
      faults.push(`${made} of ${dueTimes.length} checks counted by ${resolution} s`);
    if (onGrid + skipped !== slots)
      faults.push(`${onGrid} made and ${skipped} skipped of ${slots} slots by ${resolution} s`);
  }
  return faults.map((fault) => `${monitorId}: ${fault}`);
}

/** Those of all monitors. */
export const allFaults = (stored: readonly StoredChecks[], interval: number): string[] =>
  stored.flatMap((each) => faultsOf(each, interval));
