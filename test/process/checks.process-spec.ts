import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { slotAt } from '../../src/common/slot-grid.js';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { faultsSince, type StoredChecks, storedChecks } from './stored-checks.js';
import { checksOf, givenMonitors, INTERVAL, type WatchedMonitor, watching } from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

const STEADY = 8;

let server: TestServer;
let target: WatchedTarget;
let token: string;
let api: HttpClient;
/** Monitors that nobody touches. */
let steady: WatchedMonitor[];

beforeAll(async () => {
  target = await WatchedTarget.start();
  server = await TestServer.start({ env: watching });
  token = await server.signUp();
  api = server.bearing(token);
  steady = await givenMonitors(api, target, STEADY);
});
afterAll(async () => {
  await server.stop();
  target.close();
});

let made = 0;
/** A monitor of a test's own. */
async function newMonitor(more: object = {}): Promise<WatchedMonitor> {
  made += 1;
  const path = `/own/${made}`;
  const body = { name: path, url: target.url(path, made), intervalSeconds: INTERVAL / 1000, ...more };
  return { id: (await api.post('/v1/monitors', body)).body.id, path };
}

const statusOf = async ({ id }: WatchedMonitor) => (await api.get(`/v1/monitors/${id}`)).body.status;
const isUp = async (monitor: WatchedMonitor) => (await statusOf(monitor)) === 'up';

/** Resolves when each of `monitors` was asked for `times` times more. */
function untilChecked(monitors: readonly WatchedMonitor[], times: number): Promise<number> {
  const since = Date.now();
  const isChecked = ({ path }: WatchedMonitor) => target.arrivalsAt(path, since).length >= times;
  return eventually(async () => monitors.every(isChecked), 60_000);
}

/** Resolves when a steady monitor was checked three times since anybody asked for any of `paths`. */
function untilLeftAlone(paths: readonly string[]): Promise<number> {
  const asked = Date.now();
  const last = () => Math.max(asked, ...paths.flatMap((path) => target.arrivalsAt(path)));
  return eventually(async () => target.arrivalsAt(steady[0]!.path, last()).length >= 3, 60_000);
}

describe('a monitor', () => {
  it('is up within seconds of its creation', async () => {
    const monitor = await newMonitor();
    await eventually(() => isUp(monitor), 10_000);
    const [first] = await checksOf(api, monitor);
    expect(first).toMatchObject({ ok: true, verdict: 'ok', trigger: 'scheduled', statusCode: 200 });
  });

  it('is then checked at the slots of its grid, one after the other', async () => {
    const [monitor] = steady;
    await eventually(async () => (await checksOf(api, monitor!)).length >= 3, 60_000);
    const [, ...dueTimes] = (await checksOf(api, monitor!)).map(({ dueAt }) => Date.parse(dueAt));
    expect(dueTimes).toEqual(
      dueTimes.map((_, i) => slotAt(monitor!.id, INTERVAL, dueTimes[0]!) + i * INTERVAL),
    );
  });

  it('is checked when somebody asks, and the answer tells what was found', async () => {
    const monitor = await newMonitor({ expectedStatus: 204 });
    const { status, body } = await api.post(`/v1/monitors/${monitor.id}/checks`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ error: 'unexpected-status', statusCode: 200, trigger: 'manual' });
    expect(await checksOf(api, monitor)).toContainEqual(body);
  });

  it('is left alone once it is paused, deleted, or aimed elsewhere', async () => {
    const [paused, deleted, edited] = [await newMonitor(), await newMonitor(), await newMonitor()];
    for (const each of [paused, deleted, edited]) await eventually(() => isUp(each), 10_000);
    await api.post(`/v1/monitors/${paused.id}/pause`);
    await api.delete(`/v1/monitors/${deleted.id}`);
    await api.patch(`/v1/monitors/${edited.id}`, { url: target.url('/elsewhere') });
    await untilLeftAlone([paused.path, deleted.path, edited.path]);
    expect(await statusOf(paused)).toBe('paused');
  });

  it('is checked once it is resumed, or aimed elsewhere', async () => {
    const [resumed, edited] = [await newMonitor({ active: false }), await newMonitor()];
    await api.post(`/v1/monitors/${resumed.id}/resume`);
    target.tell('fail', ['/broken']);
    await api.patch(`/v1/monitors/${edited.id}`, { url: target.url('/broken') });
    await eventually(() => isUp(resumed), 10_000);
    await eventually(async () => (await statusOf(edited)) === 'down', 30_000);
    expect(target.arrivalsAt(resumed.path).length).toBeGreaterThan(0);
  });
});

describe('a restart', () => {
  let before: Map<string, StoredChecks>;

  const storedOfSteady = async () => {
    const stored = await storedChecks(server.database);
    return new Map(steady.flatMap(({ id }) => (stored.has(id) ? [[id, stored.get(id)!]] : [])));
  };

  async function startAgain(): Promise<void> {
    await server.startAgain();
    api = server.bearing(token);
  }

  beforeEach(async () => {
    await eventually(async () => (await storedOfSteady()).size === STEADY, 10_000);
    before = await storedOfSteady();
    await untilChecked(steady, 1);
  });

  /** Goes on for a while, and stops with everything stored. */
  async function storedAfterwards(): Promise<Map<string, StoredChecks>> {
    await startAgain();
    await untilChecked(steady, 1);
    expect(await server.terminate()).toBe(0);
    return storedOfSteady();
  }

  afterEach(startAgain);

  it('goes on with the same grid, and neither repeats nor forgets a check', async () => {
    expect(await server.terminate()).toBe(0);
    const stored = await storedAfterwards();
    expect(faultsSince(before, stored, INTERVAL)).toEqual([]);
    for (const { id, path } of steady)
      expect(stored.get(id)!.dueTimes).toHaveLength(target.arrivalsAt(path).length);
  });

  it('after a crash goes on with the same grid, and stores no check twice', async () => {
    await server.kill();
    expect(faultsSince(before, await storedAfterwards(), INTERVAL)).toEqual([]);
  });
});
