import { beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../common/clock.js';
import { SHARDS, shardOf } from '../../common/slot-grid.js';
import type { ChangeFeed } from '../../database/change-feed.js';
import { initialState, type MonitorWithState } from '../../monitors/monitor-states.js';
import type { MonitorsRepository } from '../../monitors/monitors.repository.js';
import { CheckResultObservers } from '../result/check-result-observers.js';
import { Scheduler } from '../scheduler/scheduler.js';
import type { ShardLeases } from './shard-leases.js';
import { AssignedMonitors } from './assigned-monitors.js';

const monitorOf = (id: string) =>
  ({
    id,
    url: 'https://api.example.com/',
    active: true,
    joined: initialState(id, new Date()),
  }) as MonitorWithState;

const ids = Array.from({ length: 20 }, (_, i) => `mon_${i}`);
const shards = Array.from({ length: SHARDS }, (_, i) => i);

let stored: Map<string, MonitorWithState>;
let changed: string[];
let version: number;

/** Called before monitors are handed out that were read. */
let meanwhile: () => Promise<void>;
let scheduler: Scheduler;
let watchlist: AssignedMonitors;

beforeEach(() => {
  stored = new Map(ids.map((id) => [id, monitorOf(id)]));
  changed = [];
  version = 1;
  meanwhile = async () => {};
  const roster = {
    findOfShard: async (shard: number) => {
      const found = [...stored.values()].filter(({ id, active }) => active && shardOf(id) === shard);
      if (found.length > 0) await meanwhile();
      return found;
    },
    findByIds: async (some: string[]) => some.flatMap((id) => stored.get(id) ?? []),
  };
  const feed = {
    version: async () => version,
    since: async (since: number) => ({
      version,
      isIncomplete: false,
      changed: new Map(since < version ? [['monitor', new Set(changed)]] : []),
    }),
  };
  scheduler = new Scheduler({ total: 100, perHost: 8 });
  watchlist = new AssignedMonitors(
    { epochs: new Map(shards.map((shard) => [shard, 1])) } as unknown as ShardLeases,
    roster as unknown as MonitorsRepository,
    feed as unknown as ChangeFeed,
    new CheckResultObservers(),
    new Clock(),
    scheduler,
  );
});

function pause(id: string): void {
  stored.set(id, { ...stored.get(id)!, active: false });
  changed.push(id);
  version += 1;
}

describe('the watchlist', () => {
  it('takes what it could not take when it is told so again', async () => {
    let reads = 0;
    meanwhile = async () => {
      reads += 1;
      if (reads === 5) throw new Error('The database is away');
    };
    await expect(watchlist.assign(shards)).rejects.toThrow('away');
    expect(watchlist.size).toBeLessThan(ids.length);
    await watchlist.assign(shards);
    expect(watchlist.size).toBe(ids.length);
  });

  it('reads a shard once, until it is dropped', async () => {
    let reads = 0;
    meanwhile = async () => void (reads += 1);
    await watchlist.assign(shards);
    const once = reads;
    await watchlist.assign(shards);
    expect(reads).toBe(once);
    watchlist.release(shards);
    expect(watchlist.size).toBe(0);
    await watchlist.assign(shards);
    expect(watchlist.size).toBe(ids.length);
  });

  it('knows the monitors of a shard that retires until it is dropped, and schedules none', async () => {
    await watchlist.assign(shards);
    watchlist.stopScheduling(shards);
    expect([watchlist.size, scheduler.size]).toEqual([ids.length, 0]);
    changed = [...ids];
    version += 1;
    await watchlist.syncChanges();
    expect(scheduler.size).toBe(0);
    watchlist.release(shards);
    expect(watchlist.size).toBe(0);
  });

  it('leaves out a monitor that is paused while its shard is taken', async () => {
    await watchlist.assign([]);
    let followed: Promise<unknown> | undefined;
    meanwhile = async () => {
      if (followed) return;
      for (const id of ids) pause(id);
      followed = watchlist.syncChanges();
      await new Promise((resolve) => setImmediate(resolve));
    };
    await watchlist.assign(shards);
    await followed;
    expect(watchlist.size).toBe(0);
  });
});
