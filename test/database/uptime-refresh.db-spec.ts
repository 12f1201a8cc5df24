import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckRollup } from '../../src/checks/check-rollup.entity.js';
import { bucketStart, DAY, HOUR, MINUTE, type Resolution, Rollup } from '../../src/checks/store/rollup.js';
import { UptimeRefresh } from '../../src/checks/store/uptime-refresh.js';
import { shardOf } from '../../src/common/slot-grid.js';
import { MonitorState } from '../../src/monitors/monitor-state.entity.js';
import { allShards, MonitoredDatabase } from '../monitored-database.js';
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
  uptimes = new UptimeRefresh(database.reads, database.transactions, clock);
  monitorId = (await database.monitors(teamId, 1))[0]!.monitorId;
  // Half past: the window of 24 hours begins within an hour.
  clock.advance(HOUR_MS + 30 * MINUTE_MS - (now() % HOUR_MS));
});

const now = (): number => clock.now().getTime();

/** So many checks ok and failed in the stretch that was `ago`. */
async function count(resolution: Resolution, ago: number, ok: number, failed: number): Promise<void> {
  const rollup = new Rollup(monitorId, resolution, bucketStart(now() - ago, resolution)).toRow();
  const row = { ...rollup, okCount: ok, failedCount: failed };
  await database.transactions.run((manager) => manager.insert(CheckRollup, row));
}

const shown = async () =>
  (await database.source.manager.findOneByOrFail(MonitorState, { monitorId })).uptime24h;

describe('the availability of 24 hours', () => {
  it('is the share of good checks, in thousandths of a percent', async () => {
    await count(HOUR, 2 * HOUR_MS, 99, 1);
    await count(HOUR, 0, 100, 0);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(99_500);
  });

  it('has the minutes of the hour in which it begins, and none before', async () => {
    await count(HOUR, DAY_MS, 0, 60);
    await count(MINUTE, DAY_MS + 2 * MINUTE_MS, 0, 10);
    await count(MINUTE, DAY_MS - 2 * MINUTE_MS, 3, 1);
    await count(HOUR, DAY_MS - HOUR_MS, 4, 0);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(87_500);
  });

  it('counts nothing twice that is in rollups of several lengths', async () => {
    await count(MINUTE, HOUR_MS, 1, 0);
    await count(HOUR, HOUR_MS, 1, 1);
    await count(DAY, HOUR_MS, 1, 1);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(50_000);
  });

  it('is not 100 percent when a check failed', async () => {
    await count(HOUR, HOUR_MS, 10_000_000, 1);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(99_999);
  });

  it('is unknown without checks, also when there were some before', async () => {
    await count(HOUR, 2 * HOUR_MS, 1, 0);
    await uptimes.refresh(allShards);
    expect(await shown()).toBe(100_000);
    clock.advance(DAY_MS);
    await uptimes.refresh(allShards);
    expect(await shown()).toBeNull();
  });

  it('is written only where it changed', async () => {
    await count(HOUR, HOUR_MS, 1, 0);
    expect(await uptimes.refresh(allShards)).toBe(1);
    clock.advance(MINUTE_MS);
    expect(await uptimes.refresh(allShards)).toBe(0);
  });

  it('is the business of whoever makes the checks', async () => {
    await count(HOUR, HOUR_MS, 1, 0);
    await uptimes.refresh(allShards.filter((shard) => shard !== shardOf(monitorId)));
    expect(await shown()).toBeNull();
    clock.advance(MINUTE_MS);
    await uptimes.refresh([shardOf(monitorId)]);
    expect(await shown()).toBe(100_000);
  });

  it('of more monitors than one call looks at is refreshed by the next calls', async () => {
    const ids = (await database.monitors(teamId, 450)).map((each) => each.monitorId);
    for (monitorId of ids) await count(HOUR, HOUR_MS, 1, 0);
    for (let i = 0; i < 3; i += 1) await uptimes.refresh(allShards);
    const states = await database.source.manager.findBy(MonitorState, { uptime24h: 100_000 });
    expect(states.map((each) => each.monitorId)).toEqual(expect.arrayContaining(ids));
  });
});
