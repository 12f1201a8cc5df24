import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckRollup } from '../../src/checks/result/check-rollup.entity.js';
import { bucketStart, HOUR, Rollup } from '../../src/checks/storage/rollup.js';
import { Rollups } from '../../src/checks/storage/rollups.js';
import type { UptimeRefresh } from '../../src/checks/storage/uptime-refresh.js';
import { shardOf } from '../../src/common/slot-grid.js';
import { MonitorState } from '../../src/monitors/monitor-state.entity.js';
import { allShards, MonitoredDatabase, uptimeRefreshOf } from '../monitored-database.js';
import { DAY as DAY_MS, HOUR as HOUR_MS, MINUTE as MINUTE_MS, TestClock } from '../test-clock.js';

let database: MonitoredDatabase;
let clock: TestClock;
let teamId: string;
let uptimes: UptimeRefresh;
let monitorId: string;

beforeAll(async () => {
  database = await MonitoredDatabase.make();
  clock = new TestClock();
  teamId = await database.team();
});
afterAll(async () => {
  clock.restore();
  await database.drop();
});
beforeEach(async () => {
  uptimes = uptimeRefreshOf(database, clock);
  monitorId = (await database.monitors(teamId, 1))[0]!.monitorId;
  // Half past: the window of 24 hours begins within an hour.
  clock.advance(HOUR_MS + 30 * MINUTE_MS - (now() % HOUR_MS));
});

const now = (): number => clock.now().getTime();

/** Stores that a monitor was up or down for so long, beginning so long `ago`. */
async function observe(id: string, ...times: Array<[verdict: 'up' | 'down', ago: number, length: number]>) {
  const rollups = new Rollups();
  for (const [verdict, ago, length] of times)
    rollups.addTime({ monitorId: id, verdict, from: now() - ago, to: now() - ago + length });
  await database.transactions.run(({ manager }) => manager.insert(CheckRollup, rollups.rows));
}

const shown = async () =>
  (await database.source.manager.findOneByOrFail(MonitorState, { monitorId })).uptime24h;

describe('the availability of 24 hours', () => {
  it('is the share of the time that the monitor was up, in thousandths of a percent', async () => {
    await observe(monitorId, ['up', 2 * HOUR_MS, 199 * 1_000], ['down', HOUR_MS, 1_000]);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(99_500);
  });

  it('has the minutes of the hour in which it begins, and none before', async () => {
    await observe(
      monitorId,
      ['down', DAY_MS + 3 * MINUTE_MS, 2 * MINUTE_MS],
      ['down', DAY_MS, MINUTE_MS],
      ['up', DAY_MS - MINUTE_MS, 3 * MINUTE_MS],
    );
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(75_000);
  });

  it('is not 100 percent when it was down at all', async () => {
    await observe(monitorId, ['up', 23 * HOUR_MS, HOUR_MS], ['down', HOUR_MS, 1]);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(99_999);
  });

  it('has what the last check says, which is in no rollup yet', async () => {
    await observe(monitorId, ['down', HOUR_MS, MINUTE_MS]);
    const observed = {
      observedVerdict: 'up' as const,
      observedFrom: now() - 3 * MINUTE_MS,
      observedUntil: now(),
    };
    await database.transactions.run(({ manager }) => manager.update(MonitorState, { monitorId }, observed));
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(75_000);
  });

  it('is of equal shares of its checks in rollups from before time was counted', async () => {
    const start = bucketStart(now() - 20 * HOUR_MS, HOUR);
    const counts = { okCount: 3, failedCount: 1, upMs: null, downMs: null };
    const row = { ...new Rollup(monitorId, HOUR, start).toRow(), ...counts };
    await database.transactions.run(({ manager }) => manager.insert(CheckRollup, row));
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(75_000);
  });

  it('is unknown where no time was observed, also when some was before', async () => {
    await observe(monitorId, ['up', 2 * HOUR_MS, HOUR_MS]);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(100_000);
    clock.advance(DAY_MS);
    await uptimes.refresh(allShards);
    expect(await shown()).toBeNull();
  });

  it('is written only where it changed', async () => {
    await observe(monitorId, ['up', 2 * HOUR_MS, HOUR_MS]);
    expect(await uptimes.refresh(allShards)).toBe(1);
    clock.advance(MINUTE_MS);
    expect(await uptimes.refresh(allShards)).toBe(0);
  });

  it('is the business of whoever makes the checks', async () => {
    await observe(monitorId, ['up', 2 * HOUR_MS, HOUR_MS]);
    await uptimes.refresh(allShards.filter((shard) => shard !== shardOf(monitorId)));
    expect(await shown()).toBeNull();
    clock.advance(MINUTE_MS);
    await uptimes.refresh([shardOf(monitorId)]);
    expect(await shown()).toBe(100_000);
  });

  it('of more monitors than one call looks at is refreshed by the next calls', async () => {
    const ids = (await database.monitors(teamId, 450)).map((each) => each.monitorId);
    for (const id of ids) await observe(id, ['up', 2 * HOUR_MS, HOUR_MS]);
    for (let i = 0; i < 3; i += 1) await uptimes.refresh(allShards);
    const states = await database.source.manager.findBy(MonitorState, { uptime24h: 100_000 });
    expect(states.map((each) => each.monitorId)).toEqual(expect.arrayContaining(ids));
  });
});
