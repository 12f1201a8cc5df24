import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { Check } from '../../src/checks/result/check.entity.js';
import { CheckRollup } from '../../src/checks/result/check-rollup.entity.js';
import { CheckRequest } from '../../src/checks/worker/check-request.entity.js';
import { checkOf } from '../../src/checks/storage/check-rows.js';
import { DAY, HOUR, MINUTE, Rollup } from '../../src/checks/storage/rollup.js';
import { dialect } from '../../src/config/dialect.js';
import { RemovedMonitor } from '../../src/monitors/removed-monitor.entity.js';
import {
  allShards,
  checkRetentionOf,
  checkStoreOf,
  MonitoredDatabase,
  uptimeRefreshOf,
} from '../monitored-database.js';
import { outcome } from '../outcomes.js';
import { DAY as DAY_MS, HOUR as HOUR_MS, MINUTE as MINUTE_MS, TestClock } from '../test-clock.js';

const TEAMS = 20;
const MONITORS = 200;

/** Of a team, without any checks. */
const IDLE_MONITORS = 200;
const PER_MONITOR = 40;

let database: MonitoredDatabase;
let clock: TestClock;
let ids: string[];
let statements: Array<{ sql: string; values: unknown[] }> | null = null;

beforeAll(async () => {
  database = await MonitoredDatabase.make();
  clock = new TestClock();
  await populate();
  const { statements: watch } = database;
  const logQuery = watch.logQuery.bind(watch);
  watch.logQuery = (sql?: string, values: unknown[] = [], runner?: QueryRunner) => {
    statements?.push({ sql: sql!, values });
    logQuery(sql, values, runner);
  };
});
afterAll(async () => {
  clock.restore();
  await database.drop();
});

/** Enough rows of many monitors that reading a whole table does not look cheap. */
async function populate(): Promise<void> {
  for (let i = 0; i < TEAMS; i += 1) await database.monitors(await database.team(), IDLE_MONITORS);
  ids = (await database.monitors(await database.team(), MONITORS)).map(({ monitorId }) => monitorId);
  const now = clock.now().getTime();
  for (const monitorId of ids) {
    const times = Array.from({ length: PER_MONITOR }, (_, i) => i);
    await database.transactions.run(async ({ manager }) => {
      await manager.insert(
        Check,
        times.map((i) => checkOf(outcome({ monitorId, dueAt: now - i * 20 * DAY_MS }))),
      );
      await manager.insert(
        CheckRollup,
        times.flatMap((i) => [
          new Rollup(monitorId, MINUTE, now - i * 90 * MINUTE_MS).toRow(),
          new Rollup(monitorId, HOUR, now - i * 90 * HOUR_MS).toRow(),
          new Rollup(monitorId, DAY, now - i * 30 * DAY_MS).toRow(),
        ]),
      );
      const request = { monitorId, answer: null };
      await manager.insert(CheckRequest, [
        { ...request, id: `crq_${monitorId}`, requestedAt: now },
        ...Array.from({ length: 20 }, (_, k) => ({
          ...request,
          id: `n${k}_${monitorId}`,
          requestedAt: now + HOUR_MS + k,
        })),
      ]);
      await manager.insert(RemovedMonitor, { monitorId: `${monitorId}_gone`, removedAt: now });
    });
  }
  const tables = 'teams, checks, check_rollups, monitor_states, monitors, check_requests, removed_monitors';
  if (dialect === 'mysql') await database.source.query(`ANALYZE TABLE ${tables}`);
}

/** How the database goes about every statement of `work` that looks for rows, a line a table. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  statements = [];
  await work();
  const heard = statements.filter(({ sql }) => /^\s*(SELECT|UPDATE|DELETE)/.test(sql));
  statements = null;
  const plans: string[] = [];
  for (const { sql, values } of heard) {
    const rows = (await database.source.query(
      dialect === 'sqlite' ? `EXPLAIN QUERY PLAN ${sql}` : `EXPLAIN ${sql}`,
      values,
    )) as Array<Record<string, unknown>>;
    plans.push(...rows.map(dialect === 'sqlite' ? ({ detail }) => String(detail) : describeStep));
  }
  return plans;
}

const describeStep = ({ type, table, key, rows }: Record<string, unknown>) =>
  `${type} ${table} ${key} ${rows}`;

/** A plan that reads a whole table, be it in the order of an index. Of the leases there are only 64. */
const isScan = (step: string) =>
  dialect === 'sqlite'
    ? /^SCAN (?!CONSTANT|\(subquery|rollups)/.test(step)
    : /^(ALL|index) (?!<|shard_leases|null)/i.test(step);

async function expectNoScan(work: () => Promise<unknown>): Promise<void> {
  const plans = await plansOf(work);
  expect(plans.length).toBeGreaterThan(3);
  expect(plans.filter(isScan)).toEqual([]);
}

describe('no table is read from end to end', () => {
  it('to write a batch', async () => {
    const store = checkStoreOf(database.source, database.transactions);
    const dueAt = clock.now().getTime();
    const some = ids.slice(0, 50);
    await expectNoScan(() =>
      store.write({
        results: some.flatMap((monitorId) => [
          outcome({ monitorId, dueAt: dueAt + 1 }),
          outcome({ monitorId, dueAt: dueAt + MINUTE_MS }),
        ]),
        skipped: some.map((monitorId) => ({
          monitorId,
          from: dueAt + HOUR_MS,
          interval: HOUR_MS,
          count: 30,
        })),
        states: [],
        epochs: new Map(allShards.map((shard) => [shard, 0])),
        effects: [],
        answers: [{ requestId: `crq_${ids[0]}`, monitorId: ids[0]!, answer: '{}' }],
      }),
    );
  });

  it('to remove what is over', async () => {
    const retention = checkRetentionOf(database, clock);
    clock.advance(20 * MINUTE_MS);
    await expectNoScan(async () => {
      for (let i = 0; i < 4; i += 1) await retention.sweep(allShards, 1);
      await retention.sweep(allShards.slice(0, 3));
    });
  });

  it('to refresh the availability', async () => {
    const uptimes = uptimeRefreshOf(database, clock);
    await expectNoScan(async () => {
      await uptimes.refresh(allShards);
      await uptimes.refresh(allShards.slice(0, 3));
    });
  });
});
