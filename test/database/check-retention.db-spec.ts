import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Plan } from '../../src/auth/plan.js';
import { Check } from '../../src/checks/result/check.entity.js';
import { CheckRollup } from '../../src/checks/result/check-rollup.entity.js';
import { CheckRequest } from '../../src/checks/worker/check-request.entity.js';
import { checkOf } from '../../src/checks/storage/check-rows.js';
import type { CheckRetention } from '../../src/checks/storage/retention.js';
import { DAY, HOUR, MINUTE, Rollup } from '../../src/checks/storage/rollup.js';
import { shardOf } from '../../src/common/slot-grid.js';
import { RemovedMonitor } from '../../src/monitors/removed-monitor.entity.js';
import { allShards, checkRetentionOf, MonitoredDatabase } from '../monitored-database.js';
import { outcome } from '../outcomes.js';
import { DAY as DAY_MS, MINUTE as MINUTE_MS, TestClock } from '../test-clock.js';

let database: MonitoredDatabase;
let clock: TestClock;
let retention: CheckRetention;

beforeAll(async () => {
  database = await MonitoredDatabase.make();
  clock = new TestClock();
});
afterAll(async () => {
  clock.restore();
  await database.drop();
});
beforeEach(() => {
  retention = checkRetentionOf(database, clock);
});

const rows = (): EntityManager => database.source.manager;
const now = (): number => clock.now().getTime();

async function monitorOn(plan: Plan): Promise<string> {
  const [state] = await database.monitors(await database.team(plan), 1);
  return state!.monitorId;
}

/** Checks of a monitor that were due so many days ago, and some milliseconds apart. */
async function addChecks(monitorId: string, daysAgo: number, count: number): Promise<void> {
  const from = now() - daysAgo * DAY_MS;
  const all = Array.from({ length: count }, (_, i) => checkOf(outcome({ monitorId, dueAt: from + i * 10 })));
  await database.transactions.run(async ({ manager }) => {
    for (let i = 0; i < count; i += 500) await manager.insert(Check, all.slice(i, i + 500));
  });
}

async function addRollups(monitorId: string, resolution: number, ...daysAgo: number[]): Promise<void> {
  const all = daysAgo.map((days) => new Rollup(monitorId, resolution, now() - days * DAY_MS).toRow());
  await database.transactions.run(({ manager }) => manager.insert(CheckRollup, all));
}

const countOf = (monitorId: string) => rows().countBy(Check, { monitorId });
const agesOf = async (monitorId: string, resolution: number) =>
  (await rows().findBy(CheckRollup, { monitorId, resolution }))
    .map(({ bucketStart }) => Math.round((now() - bucketStart) / DAY_MS))
    .toSorted((a, b) => a - b);

/** Goes round all monitors of these tests. */
async function sweepAll(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await retention.sweep(allShards);
}

describe('checks', () => {
  it.each([
    [Plan.Free, 7],
    [Plan.Starter, 30],
    [Plan.Professional, 90],
    [Plan.Team, 365],
  ])('of a team on the plan %s are kept for %d days', async (plan, days) => {
    const monitorId = await monitorOn(plan);
    await addChecks(monitorId, days + 1, 3);
    await addChecks(monitorId, days - 1, 2);
    await sweepAll();
    expect(await countOf(monitorId)).toBe(2);
  });

  it('go 1,000 at a time, and the next sweep goes on where one ended', async () => {
    const monitorId = await monitorOn(Plan.Free);
    await addChecks(monitorId, 8, 2_500);
    await addChecks(monitorId, 1, 1);
    const left: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      await retention.sweep(allShards, 1);
      left.push(await countOf(monitorId));
    }
    expect(left).toEqual([1_501, 501, 1, 1]);
  });

  it('of several monitors go in one transaction', async () => {
    const ids = [await monitorOn(Plan.Free), await monitorOn(Plan.Free), await monitorOn(Plan.Free)];
    for (const id of ids) await addChecks(id, 8, 10);
    expect(await retention.sweep(allShards, 1)).toBe(30);
  });

  it('are the business of whoever makes them', async () => {
    const monitorId = await monitorOn(Plan.Free);
    await addChecks(monitorId, 8, 1);
    const others = allShards.filter((shard) => shard !== shardOf(monitorId));
    await retention.sweep(others);
    await retention.sweep([]);
    expect(await countOf(monitorId)).toBe(1);
    clock.advance(10 * MINUTE_MS);
    await retention.sweep([shardOf(monitorId)]);
    expect(await countOf(monitorId)).toBe(0);
  });

  it('are looked at once in ten minutes', async () => {
    const monitorId = await monitorOn(Plan.Free);
    await sweepAll();
    await addChecks(monitorId, 8, 1);
    await sweepAll();
    expect(await countOf(monitorId)).toBe(1);
    clock.advance(10 * MINUTE_MS);
    await sweepAll();
    expect(await countOf(monitorId)).toBe(0);
  });

  it('of more monitors than one sweep looks at all get their turn', async () => {
    const states = await database.monitors(await database.team(Plan.Free), 250);
    for (const { monitorId } of states) await addChecks(monitorId, 8, 1);
    const swept: number[] = [];
    for (let i = 0; i < 4; i += 1) swept.push(await retention.sweep(allShards));
    expect(swept.reduce((sum, each) => sum + each, 0)).toBe(250);
    expect(swept[0]).toBeLessThanOrEqual(100);
  });
});

describe('rollups', () => {
  it.each([
    ['minutes', MINUTE, [1, 3], [1]],
    ['hours', HOUR, [89, 91], [89]],
    ['days', DAY, [1_094, 1_096], [1_094]],
  ] as const)('by %s are kept as long as they are of use', async (_, resolution, ages, kept) => {
    const monitorId = await monitorOn(Plan.Free);
    await addRollups(monitorId, resolution, ...ages);
    await sweepAll();
    expect(await agesOf(monitorId, resolution)).toEqual(kept);
  });
});

describe('a removed monitor', () => {
  it('is gone with all its history after some sweeps', async () => {
    const monitorId = await monitorOn(Plan.Team);
    await addChecks(monitorId, 1, 1_200);
    for (const resolution of [MINUTE, HOUR, DAY]) await addRollups(monitorId, resolution, 1, 2);
    await database.remove(monitorId);

    await retention.sweep(allShards, 1);
    expect([await countOf(monitorId), await rows().countBy(RemovedMonitor, { monitorId })]).toEqual([200, 1]);

    await sweepAll();
    expect([
      await countOf(monitorId),
      await rows().countBy(CheckRollup, { monitorId }),
      await rows().countBy(RemovedMonitor, { monitorId }),
    ]).toEqual([0, 0, 0]);
  });

  it('is left to whoever has its shard', async () => {
    const monitorId = await monitorOn(Plan.Team);
    await database.remove(monitorId);
    await retention.sweep(allShards.filter((shard) => shard !== shardOf(monitorId)));
    expect(await rows().countBy(RemovedMonitor, { monitorId })).toBe(1);
    await retention.sweep([shardOf(monitorId)]);
    expect(await rows().countBy(RemovedMonitor, { monitorId })).toBe(0);
  });
});

describe('what was asked for in another process', () => {
  it('is forgotten after ten minutes', async () => {
    const request = (id: string, requestedAt: number) => ({
      id,
      monitorId: 'mon_1',
      requestedAt,
      answer: null,
    });
    await database.transactions.run(({ manager }) =>
      manager.insert(CheckRequest, [
        request('crq_old', now() - 11 * MINUTE_MS),
        request('crq_new', now() - 9 * MINUTE_MS),
      ]),
    );
    await retention.sweep(allShards);
    expect(await rows().find(CheckRequest)).toMatchObject([{ id: 'crq_new' }]);
  });
});
