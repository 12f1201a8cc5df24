import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import type { EntityManager } from 'typeorm';
import { CheckRequest } from '../../src/checks/worker/check-request.entity.js';
import { ShardLease } from '../../src/checks/worker/lease.entities.js';
import { Check } from '../../src/checks/result/check.entity.js';
import { CheckRollup } from '../../src/checks/result/check-rollup.entity.js';
import type { CheckResult, Verdict } from '../../src/checks/result/check-result.js';
import type { CheckStore } from '../../src/checks/storage/check-store.js';
import { LatencyHistogram } from '../../src/checks/storage/latency-histogram.js';
import { afterSkippedSlots, afterCheck } from '../../src/checks/storage/monitor-state-transition.js';
import { DAY, HOUR, MINUTE } from '../../src/checks/storage/rollup.js';
import type { WriteBatch, WriteResult } from '../../src/checks/storage/write-batch.js';
import { shardOf } from '../../src/common/slot-grid.js';
import { dialect } from '../../src/config/dialect.js';
import type { Transaction, Transactions } from '../../src/database/transactions.js';
import { Monitor } from '../../src/monitors/monitor.entity.js';
import { MonitorState } from '../../src/monitors/monitor-state.entity.js';
import { MonitorStatesRepository } from '../../src/monitors/monitor-states.repository.js';
import { allShards, checkStoreOf, MonitoredDatabase } from '../monitored-database.js';
import { outcome } from '../outcomes.js';

const T = Date.parse('2026-03-01T10:00:00Z');
const MINUTE_MS = 60_000;

let database: MonitoredDatabase;
let store: CheckStore;
let monitorStates: MonitorStatesRepository;
let teamId: string;
let monitorId: string;
let state: MonitorState;

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await MonitoredDatabase.make();
  store = checkStoreOf(database.source, database.transactions);
  monitorStates = new MonitorStatesRepository(database.source.getRepository(MonitorState), database.reads);
  teamId = await database.team();
});
afterAll(() => database.drop());
beforeEach(async () => {
  [state] = (await database.monitors(teamId, 1)) as [MonitorState];
  monitorId = state.monitorId;
});

const epochs = (epoch = 0) => new Map(allShards.map((shard) => [shard, epoch]));
const batch = (parts: Partial<WriteBatch>): WriteBatch => ({
  results: [],
  skipped: [],
  states: [],
  effects: [],
  epochs: epochs(),
  ...parts,
});
const check = (choices: Parameters<typeof outcome>[0] = {}): CheckResult =>
  outcome({ monitorId, teamId, dueAt: T, ...choices });

/** Stores outcomes, and what they make of the monitor. */
async function write(...results: CheckResult[]): Promise<WriteResult> {
  for (const each of results) state = afterCheck(state, each).state;
  return store.write(batch({ results, states: [state] }));
}

const rows = (): EntityManager => database.source.manager;
const checks = (id = monitorId) => rows().find(Check, { where: { monitorId: id }, order: { dueAt: 'ASC' } });
const rollups = (resolution = MINUTE, id = monitorId) =>
  rows().find(CheckRollup, { where: { monitorId: id, resolution }, order: { bucketStart: 'ASC' } });
const statusOf = async (id = monitorId) => (await rows().findOneByOrFail(Monitor, { id })).status;
const storedState = () => rows().findOneByOrFail(MonitorState, { monitorId });

describe('a batch', () => {
  it('stores every check as it was', async () => {
    const failed = check({
      verdict: 'failed',
      error: 'timeout',
      statusCode: null,
      trigger: 'manual',
      inMaintenance: true,
      certificateExpiresAt: T + 1,
    });

    expect(await write(failed)).toEqual({ stored: 1, duplicates: 0, lostShards: [], removedMonitors: [] });

    const [{ seq, ...stored }] = (await checks()) as [Check];
    expect(Number(seq)).toBeGreaterThan(0);
    expect(stored).toEqual({
      monitorId,
      dueAt: T,
      lagMs: 2,
      cause: 'manual',
      ok: false,
      verdict: 'failed',
      inMaintenance: true,
      error: 'timeout',
      detail: failed.probe.detail,
      statusCode: null,
      dnsUs: 100,
      connectUs: 1_000,
      tlsUs: null,
      firstByteUs: 10_000,
      totalUs: 20_000,
      bodyBytes: 120,
      certificateExpiresAt: T + 1,
      address: '203.0.113.7',
      excerpt: 'oh no',
    });
  });

  it('adds to what is stored of the same minute, hour and day', async () => {
    await write(check({ totalUs: 300 }));
    await write(
      check({ dueAt: T + 30_000, totalUs: 900 }),
      check({ dueAt: T + MINUTE_MS, verdict: 'failed' }),
    );

    const [first, second] = await rollups();
    expect([first, second]).toMatchObject([
      { bucketStart: T, okCount: 2, failedCount: 0, timedCount: 2, sumUs: 1_200, minUs: 300, maxUs: 900 },
      { bucketStart: T + MINUTE_MS, okCount: 0, failedCount: 1 },
    ]);
    expect(LatencyHistogram.parse(first!.histogram).count).toBe(2);
    for (const resolution of [HOUR, DAY])
      expect(await rollups(resolution)).toMatchObject([{ okCount: 2, failedCount: 1, timedCount: 3 }]);
  });

  it('keeps what is known of the monitor, under the epoch of its shard', async () => {
    await write(check({ certificateExpiresAt: T + 5 }));
    expect(await storedState()).toEqual({
      ...state,
      verdict: 'up',
      goodInRow: 1,
      lastDueAt: T,
      lastCheckedAt: T + 2,
      certificateExpiresAt: T + 5,
      observedVerdict: 'up',
      observedFrom: T,
      observedUntil: T + MINUTE_MS,
      epoch: 0,
    });
  });

  it('counts the time until the next check, in each stretch what of it is there', async () => {
    await write(check({ dueAt: T + 30_000 }), check({ dueAt: T + 90_000, verdict: 'failed' }));
    await write(check({ dueAt: T + 100_000 }));

    expect(await rollups()).toMatchObject([
      { bucketStart: T, upMs: 30_000, downMs: 0 },
      { bucketStart: T + MINUTE_MS, upMs: 30_000, downMs: 10_000 },
    ]);
    for (const resolution of [HOUR, DAY])
      expect(await rollups(resolution)).toMatchObject([{ upMs: 60_000, downMs: 10_000 }]);
    expect(await storedState()).toMatchObject({
      observedVerdict: 'up',
      observedFrom: T + 100_000,
      observedUntil: T + 160_000,
    });
  });

  it('counts no time twice when it is written again', async () => {
    const results = [check(), check({ dueAt: T + 30_000 })];
    await write(...results);
    await write(...results);
    expect(await rollups()).toMatchObject([{ upMs: 30_000, downMs: 0 }]);
  });

  it('counts time on, in rollups from before it was counted', async () => {
    await write(check(), check({ dueAt: T + 30_000, verdict: 'failed' }));
    await database.transactions.run(({ manager }) =>
      manager.update(CheckRollup, { monitorId }, { upMs: null, downMs: null }),
    );
    await write(check({ dueAt: T + 50_000 }));
    expect(await rollups()).toMatchObject([{ upMs: 30_000, downMs: 50_000 }]);
  });

  it('counts no time of a pause, by a check that was under way when it began', async () => {
    await write(check());
    await database.transactions.run((tx) =>
      monitorStates.endObservations(tx, [monitorId], new Date(T + 20_000)),
    );
    await store.write(batch({ results: [check({ dueAt: T + 10_000 })], states: [state] }));
    expect(await storedState()).toMatchObject({ observedFrom: T + 10_000, observedUntil: T + 20_000 });
    expect(await rollups()).toMatchObject([{ upMs: 10_000 }]);
  });

  it('keeps what the last check says where the monitor was resumed since', async () => {
    await write(check());
    await database.transactions.run(async (tx) => {
      await monitorStates.endObservations(tx, [monitorId], new Date(T + 20_000));
      await monitorStates.resetSchedule(tx, monitorId, new Date(T + MINUTE_MS));
    });
    await store.write(batch({ results: [check({ dueAt: T + 10_000 })], states: [state] }));
    expect(await storedState()).toMatchObject({
      lastDueAt: null,
      observedFrom: T + 10_000,
      observedUntil: T + 20_000,
      pausedAt: null,
    });
    expect(await rollups()).toMatchObject([{ upMs: 10_000 }]);
  });

  it('leaves the availability alone, which others write', async () => {
    await database.transactions.run(({ manager }) =>
      manager.update(MonitorState, { monitorId }, { uptime24h: 99_500 }),
    );
    await write(check());
    expect((await storedState()).uptime24h).toBe(99_500);
  });

  it('is refused when it is so large that everything else would wait', async () => {
    const outcomes = Array.from({ length: 501 }, (_, i) => check({ dueAt: T + i }));
    await expect(store.write(batch({ results: outcomes }))).rejects.toThrow('at most 500');
    expect(await checks()).toEqual([]);
  });

  it('may be as large as that', async () => {
    const outcomes = Array.from({ length: 500 }, (_, i) => check({ dueAt: T + i * 1_000 }));
    expect(await write(...outcomes)).toMatchObject({ stored: 500 });
    expect((await rollups(HOUR)).map(({ okCount }) => okCount)).toEqual([500]);
  });

  it('answers those who asked for a check in another process', async () => {
    const request = { id: `crq_${monitorId}`, monitorId, requestedAt: T, answer: null };
    await database.transactions.run(({ manager }) => manager.insert(CheckRequest, request));
    const answers = [{ requestId: request.id, monitorId, answer: '{"ok":true}' }];
    await store.write(batch({ results: [check({ trigger: 'manual' })], states: [state], answers }));
    expect(await rows().findOneByOrFail(CheckRequest, { id: request.id })).toMatchObject({
      answer: '{"ok":true}',
    });
  });
});

describe('a check that is stored already', () => {
  it('is not counted again, and the rest of the batch is stored', async () => {
    await write(check());
    expect(await write(check(), check({ dueAt: T + 1 }))).toMatchObject({ stored: 1, duplicates: 1 });
    expect((await checks()).map(({ dueAt }) => dueAt)).toEqual([T, T + 1]);
    expect(await rollups()).toMatchObject([{ okCount: 2 }]);
  });

  it('has no consequences again', async () => {
    let applied = 0;
    const consequence = { monitorId, dueAt: T, apply: async () => void (applied += 1) };
    const once = batch({ results: [check()], states: [state], effects: [consequence] });
    await store.write(once);
    await store.write(once);
    expect(applied).toBe(1);
  });

  it('never makes rollups and checks differ, whatever batches come', async () => {
    const ids = (await database.monitors(teamId, 3)).map((each) => each.monitorId);
    const any = fc.record({
      monitorId: fc.constantFrom(...ids),
      dueAt: fc.integer({ min: 0, max: 40 }).map((i) => T + i * 20_000),
      verdict: fc.constantFrom<Verdict>('ok', 'failed', 'inconclusive'),
      inMaintenance: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(any, { maxLength: 30 }), async (choices) => {
        await store.write(batch({ results: choices.map((choice) => check(choice)) }));
        for (const id of ids) {
          const stored = await checks(id);
          for (const resolution of [MINUTE, HOUR, DAY])
            expect(sumOf(await rollups(resolution, id))).toEqual(countsOf(stored));
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** What rollups come to, as the counts of checks. */
function sumOf(all: readonly CheckRollup[]) {
  const sum = (count: (rollup: CheckRollup) => number) =>
    all.reduce((total, rollup) => total + count(rollup), 0);
  return {
    ok: sum(({ okCount }) => okCount),
    failed: sum(({ failedCount }) => failedCount),
    inconclusive: sum(({ inconclusiveCount }) => inconclusiveCount),
    maintenance: sum(({ maintenanceCount }) => maintenanceCount),
    timed: sum(({ histogram }) => LatencyHistogram.parse(histogram).count),
  };
}

function countsOf(all: readonly Check[]) {
  const verdictIs = (wanted: Verdict) =>
    all.filter(({ verdict, inMaintenance }) => !inMaintenance && verdict === wanted).length;
  const [ok, failed] = [verdictIs('ok'), verdictIs('failed')];
  return {
    ok,
    failed,
    inconclusive: verdictIs('inconclusive'),
    maintenance: all.filter(({ inMaintenance }) => inMaintenance).length,
    timed: ok + failed,
  };
}

describe('a gap', () => {
  const gap = (count: number, interval = MINUTE_MS) => ({ monitorId, from: T, interval, count });
  const skip = async (skipped: ReturnType<typeof gap>) => {
    state = afterSkippedSlots(state, skipped);
    return batch({ skipped: [skipped], states: [state] });
  };
  const skippedOf = async (resolution: number) =>
    (await rollups(resolution)).reduce((sum, { skippedCount }) => sum + skippedCount, 0);

  it('is counted as skipped, and moves the schedule on', async () => {
    await store.write(await skip(gap(3)));
    expect([await skippedOf(MINUTE), await skippedOf(HOUR), await skippedOf(DAY)]).toEqual([3, 3, 3]);
    expect((await storedState()).lastDueAt).toBe(T + 2 * MINUTE_MS);
  });

  it('is not counted again when the batch is written again', async () => {
    const written = await skip(gap(3));
    await store.write(written);
    await store.write(written);
    expect(await skippedOf(DAY)).toBe(3);
  });

  it('is not counted again where the check after it comes in a later batch', async () => {
    const alone = batch({ skipped: [gap(3)] });
    await store.write(alone);
    await store.write(alone);
    await store.write(batch({ skipped: [gap(4)] }));
    expect(await skippedOf(DAY)).toBe(4);
    expect((await storedState()).lastDueAt).toBe(T + 3 * MINUTE_MS);
  });

  it('stays behind the monitor when an earlier check is stored with it', async () => {
    const before = check({ dueAt: T - MINUTE_MS });
    const mixed = batch({ skipped: [gap(3)], results: [before], states: [afterCheck(state, before).state] });
    await store.write(mixed);
    expect(await storedState()).toMatchObject({ verdict: 'up', lastDueAt: T + 2 * MINUTE_MS });
    await store.write(mixed);
    expect(await skippedOf(DAY)).toBe(3);
  });

  it('of months takes many transactions, and ends as in one', async () => {
    const long = gap(90 * 24 * 60);
    await store.write({ ...(await skip(long)), results: [check({ dueAt: T + long.count * MINUTE_MS })] });
    expect([await skippedOf(MINUTE), await skippedOf(HOUR), await skippedOf(DAY)]).toEqual([
      0,
      long.count,
      long.count,
    ]);
    expect(await checks()).toHaveLength(1);
  });

  it('of months goes on where it was broken off', async () => {
    const long = await skip(gap(90 * 24 * 60));
    const broken = new BreakingTransactions(database.transactions, 2);
    await expect(checkStoreOf(database.source, broken as never).write(long)).rejects.toThrow('gone');
    const before = await skippedOf(DAY);
    expect(before).toBeGreaterThan(0);

    await store.write(long);
    expect(await skippedOf(DAY)).toBe(90 * 24 * 60);
    expect(await skippedOf(HOUR)).toBe(90 * 24 * 60);
  });
});

/** A database that is gone after some transactions. */
class BreakingTransactions {
  constructor(
    private readonly transactions: Transactions,
    private left: number,
  ) {}

  run: Transactions['run'] = (work) =>
    this.left-- > 0 ? this.transactions.run(work) : Promise.reject(new Error('gone'));
}

describe('the status of a monitor', () => {
  it.each([
    ['ok', 'up'],
    ['failed', 'down'],
  ] as const)('that was pending and whose check is %s is %s', async (verdict, status) => {
    await write(check({ verdict }));
    expect(await statusOf()).toBe(status);
  });

  it('follows the checks', async () => {
    await write(check());
    await write(check({ dueAt: T + 1, verdict: 'failed' }));
    expect(await statusOf()).toBe('down');
    await write(check({ dueAt: T + 2 }));
    expect(await statusOf()).toBe('up');
  });

  it('is not moved by what is inconclusive', async () => {
    await write(check());
    await write(check({ dueAt: T + 1, verdict: 'inconclusive' }));
    expect(await statusOf()).toBe('up');
  });

  it('stays paused while it is', async () => {
    await database.transactions.run(({ manager }) =>
      manager.update(Monitor, { id: monitorId }, { active: false, status: 'paused' }),
    );
    await write(check({ trigger: 'manual' }));
    expect(await statusOf()).toBe('paused');
    expect(await checks()).toHaveLength(1);
  });

  it('is right again after a monitor was resumed, also where whoever checks it has not heard of it', async () => {
    await write(check());
    await database.transactions.run(async (tx) => {
      await tx.manager.update(Monitor, { id: monitorId }, { status: 'pending' });
      await monitorStates.resetSchedule(tx, monitorId, new Date(T));
    });
    await write(check({ dueAt: T + 1 }));
    expect(await statusOf()).toBe('up');
  });
});

describe('a removed monitor', () => {
  it('is left out, with all that follows from its checks, and the others are stored', async () => {
    const [other] = await database.monitors(teamId, 1);
    await database.remove(monitorId);
    const result = await store.write(
      batch({
        results: [check(), check({ monitorId: other!.monitorId })],
        skipped: [{ monitorId, from: T, interval: MINUTE_MS, count: 2 }],
        states: [state, other!],
        effects: [{ monitorId, dueAt: T, apply: () => Promise.reject(new Error('applied')) }],
      }),
    );
    expect(result).toMatchObject({ stored: 1, removedMonitors: [monitorId] });
    expect([await checks(), await rollups(), await rollups(DAY)]).toEqual([[], [], []]);
    expect(await checks(other!.monitorId)).toHaveLength(1);
  });
});

describe('a monitor', () => {
  it('cannot be removed while something is written of it', async () => {
    let removal: Promise<string> | undefined;
    const seen: string[] = [];
    const apply = async () => {
      removal ??= database.remove(monitorId).then(() => 'removed');
      seen.push(await Promise.race([removal, wait(300, 'waits')]));
    };
    await store.write(batch({ results: [check()], effects: [{ monitorId, dueAt: T, apply }] }));
    expect([seen, await removal]).toEqual([['waits'], 'removed']);
  });
});

describe('a shard that another process took over', () => {
  const takeOver = (shard: number, epoch: number) =>
    database.transactions.run(({ manager }) => manager.update(ShardLease, { shard }, { epoch }));

  it('is written nothing of, and is told', async () => {
    await write(check());
    const shard = shardOf(monitorId);
    await takeOver(shard, 7);
    const before = [await checks(), await rollups(), await storedState(), await statusOf()];

    const result = await store.write(
      batch({
        results: [check({ dueAt: T + 1, verdict: 'failed' })],
        skipped: [{ monitorId, from: T + 2, interval: MINUTE_MS, count: 2 }],
        states: [{ ...state, verdict: 'down' }],
        effects: [{ monitorId, dueAt: T + 1, apply: () => Promise.reject(new Error('applied')) }],
      }),
    );

    expect(result).toMatchObject({ stored: 0, lostShards: [shard], removedMonitors: [] });
    expect([await checks(), await rollups(), await storedState(), await statusOf()]).toEqual(before);

    const own = { results: [check({ dueAt: T + 1 })], states: [state], epochs: epochs().set(shard, 7) };
    expect(await store.write(batch(own))).toMatchObject({ stored: 1, lostShards: [] });
    expect((await storedState()).epoch).toBe(7);
    await takeOver(shard, 0);
  });

  it('was never held by who has no lease of it', async () => {
    const result = await store.write(batch({ results: [check()], states: [state], epochs: new Map() }));
    expect(result).toMatchObject({ stored: 0, lostShards: [shardOf(monitorId)] });
  });

  it('gets nothing more of the earlier owner, however both write at the same time', async () => {
    const shard = shardOf(monitorId);
    const source = dialect === 'mysql' ? await database.another() : database.source;
    const other = dialect === 'mysql' ? checkStoreOf(source) : store;
    const results: WriteResult[] = [];
    const writing = (async () => {
      for (let i = 0; i < 60; i += 1)
        results.push(await other.write(batch({ results: [check({ dueAt: T + i })], states: [state] })));
    })();
    const takenOver = (async () => {
      while (results.length < 10) await new Promise(setImmediate);
      return database.transactions.run(async ({ manager }) => {
        await manager.update(ShardLease, { shard }, { epoch: 3 });
        return manager.countBy(Check, { monitorId });
      });
    })();
    const stored = await takenOver;
    const own = epochs().set(shard, 3);
    for (let i = 100; i < 120; i += 1)
      await store.write(batch({ results: [check({ dueAt: T + i })], states: [state], epochs: own }));
    await writing;
    await database.transactions.run(({ manager }) => manager.update(ShardLease, { shard }, { epoch: 0 }));
    if (source !== database.source) await source.destroy();

    const due = (await checks()).map(({ dueAt }) => dueAt - T);
    expect(stored).toBeGreaterThanOrEqual(10);
    expect(due.filter((each) => each < 100)).toHaveLength(stored);
    expect(due.filter((each) => each >= 100)).toHaveLength(20);
    expect(results.filter(({ lostShards }) => lostShards.length > 0)).toHaveLength(60 - stored);
  });
});

describe('two processes', () => {
  it('write the monitors of their shards at the same time', async () => {
    const states = await database.monitors(teamId, 40);
    const source = dialect === 'mysql' ? await database.another() : database.source;
    const stores = [store, source === database.source ? store : checkStoreOf(source)];
    const writing = stores.map(async (each, half) => {
      const own = states.filter((_, i) => i % 2 === half);
      for (let i = 0; i < 15; i += 1)
        await each.write(
          batch({
            results: own.map((of) => check({ monitorId: of.monitorId, dueAt: T + i * MINUTE_MS })),
            states: own.map((of) => ({ ...of, verdict: i % 2 ? 'up' : 'down' })),
          }),
        );
    });
    await Promise.all(writing);
    if (source !== database.source) await source.destroy();

    for (const of of states) {
      expect(await checks(of.monitorId)).toHaveLength(15);
      expect(await rollups(DAY, of.monitorId)).toMatchObject([{ okCount: 15 }]);
    }
  });
});

describe('consequences', () => {
  it('are applied in the same transaction, and told when it is committed', async () => {
    const events: string[] = [];
    const consequence = {
      monitorId,
      dueAt: T,
      apply: async ({ manager }: Transaction) => {
        events.push(`applied to ${await manager.countBy(Check, { monitorId })}`);
        await manager.update(Monitor, { id: monitorId }, { name: 'Changed' });
      },
      committed: () => void events.push('committed'),
    };
    await store.write(batch({ results: [check()], states: [state], effects: [consequence] }));
    expect(events).toEqual(['applied to 1', 'committed']);
    expect(await rows().findOneByOrFail(Monitor, { id: monitorId })).toMatchObject({ name: 'Changed' });
  });

  it('that fail take everything back', async () => {
    let isCommitted = false;
    const consequence = {
      monitorId,
      dueAt: T,
      apply: () => Promise.reject(new Error('no')),
      committed: () => void (isCommitted = true),
    };
    const failing = batch({ results: [check()], states: [state], effects: [consequence] });
    await expect(store.write(failing)).rejects.toThrow('no');
    expect([await checks(), await rollups(), await rollups(DAY), isCommitted]).toEqual([[], [], [], false]);
    expect(await storedState()).toEqual(state);
  });

  it('that fail when told take nothing back', async () => {
    const committed = () => {
      throw new Error('no');
    };
    const consequence = { monitorId, dueAt: T, apply: () => Promise.resolve(), committed };
    const told = batch({ results: [check()], states: [state], effects: [consequence] });
    expect(await store.write(told)).toMatchObject({ stored: 1 });
  });
});
