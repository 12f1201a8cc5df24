import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { faultsSince, type StoredChecks, storedChecks } from './stored-checks.js';
import { TcpProxy } from './tcp-proxy.js';
import { givenMonitors, idsOf, INTERVAL, type WatchedMonitor, watching } from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

const MONITORS = 20;
const TIMEOUT = 3_000;
const STALL = 10_000;

let database: TestDatabase;
/** Between the server and its database, where that is another process. */
let proxy: TcpProxy | null = null;
let target: WatchedTarget;
let server: TestServer;
let token: string;
let api: HttpClient;
let monitors: WatchedMonitor[];

beforeAll(async () => {
  database = await newTestDatabase();
  target = await WatchedTarget.start();
  server = await TestServer.start({ database, env: { ...watching, ...(await throughProxy()) } });
  token = await server.signUp();
  api = caller();
  monitors = await givenMonitors(api, target, MONITORS, { timeoutSeconds: TIMEOUT / 1000 });
  target.tell('slow', pathsOf(monitors.slice(0, MONITORS / 2)));
  await eventually(async () => (await idsOf(api, 'up')).length === MONITORS, 60_000);
}, 90_000);
afterAll(async () => {
  await server.stop();
  proxy?.cut();
  target.close();
  await database.drop();
});

async function throughProxy(): Promise<Record<string, string>> {
  if (!database.env['DATABASE_URL']) return {};
  const url = new URL(database.env['DATABASE_URL']);
  proxy = await TcpProxy.to(url.hostname, Number(url.port || 3306));
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return { DATABASE_URL: url.href };
}

/** Without connections that are kept: one that stood idle for as long as the server stood still is closed when it wakes. */
const caller = (): HttpClient => server.bearing(token).with({ connection: 'close' });

/** Has the database take nothing until the answer is called. */
function holdDatabase(): () => void {
  if (proxy) {
    proxy.hang();
    return () => proxy!.resume();
  }
  const other = new Sqlite(join(database.env['DATA_DIR']!, 'pulse.sqlite'), { timeout: 5_000 });
  other.exec('BEGIN IMMEDIATE');
  return () => other.close();
}

const pathsOf = (some: readonly WatchedMonitor[]) => some.map(({ path }) => path);

/** Resolves with what is stored when a check of each monitor is that was due after `since`. */
async function untilCheckedSince(since: number): Promise<Map<string, StoredChecks>> {
  let stored = new Map<string, StoredChecks>();
  await eventually(async () => {
    stored = await storedChecks(database);
    return stored.size === MONITORS && [...stored.values()].every(({ dueTimes }) => dueTimes.at(-1)! > since);
  }, 60_000);
  return stored;
}

const verdictsSince = (before: Map<string, StoredChecks>, after: Map<string, StoredChecks>): string[] =>
  [...after.values()].flatMap(({ monitorId, verdicts }) =>
    verdicts.slice(before.get(monitorId)!.verdicts.length),
  );

async function expectNothingDown(before: Map<string, StoredChecks>, after: Map<string, StoredChecks>) {
  expect(verdictsSince(before, after)).not.toContain('failed');
  expect(await idsOf(api, 'up')).toHaveLength(MONITORS);
  expect(faultsSince(before, after, INTERVAL)).toEqual([]);
}

describe('a server', () => {
  it('that stood still takes no monitor for down, and goes on', async () => {
    const before = await storedChecks(database);
    const began = Date.now();
    const quick = monitors.slice(MONITORS / 2);
    target.tell('hang', pathsOf(quick));
    await eventually(async () => quick.some(({ path }) => target.arrivalsAt(path, began).length > 0), 30_000);

    server.freeze();
    await wait(STALL);
    target.tell('ok', pathsOf(quick));
    const woken = Date.now();
    server.wake();

    expect((await api.get('/v1/me')).status).toBe(200);
    const after = await untilCheckedSince(woken);
    await expectNothingDown(before, after);
    expect(verdictsSince(before, after)).toContain('inconclusive');
  }, 120_000);

  it('whose database stood still takes no monitor for down, loses no check, and goes on', async () => {
    const before = await storedChecks(database);
    const some = monitors.slice(-5);
    const release = holdDatabase();
    await wait(0.2 * STALL);
    target.tell('hang', pathsOf(some));
    await wait(0.3 * STALL);
    target.tell('ok', pathsOf(some));
    await wait(0.5 * STALL);
    const released = Date.now();
    release();

    await eventually(async () => (await api.get('/v1/me')).status === 200, 30_000);
    await untilCheckedSince(released);
    await expectNothingDown(before, await storedChecks(database));
    expect(await server.terminate()).toBe(0);
    const after = await storedChecks(database);
    for (const { id, path } of monitors)
      expect(after.get(id)!.dueTimes).toHaveLength(target.arrivalsAt(path).length);
    await server.startAgain();
    api = caller();
  }, 120_000);
});
