import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shardOf, slotAfter, slotAt } from '../../src/common/slot-grid.js';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { allFaults, query, storedChecks } from './stored-checks.js';
import {
  checksOf,
  givenMonitors,
  INTERVAL,
  metricOf,
  type WatchedMonitor,
  watching,
} from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

const MONITORS = 40;
const LEASE = 15_000;
const HEARTBEAT = 5_000;
/** Longer than a lease. */
const FROZEN = 20_000;
/** For a busy machine. */
const SLACK = 15_000;

const onServer = process.env['DATABASE_URL'] ? describe : describe.skip;

onServer('worker processes', () => {
  let database: TestDatabase;
  let target: WatchedTarget;
  let server: TestServer;
  let api: HttpClient;
  let workers: [survivor: TestServer, killed: TestServer, frozen: TestServer];
  let monitors: WatchedMonitor[];

  const startWorker = () => TestServer.start({ database, env: { ...watching, PULSE_ROLE: 'worker' } });

  beforeAll(async () => {
    database = await newTestDatabase();
    target = await WatchedTarget.start();
    server = await TestServer.start({ database, env: { ...watching, PULSE_ROLE: 'api' } });
    workers = [await startWorker(), await startWorker(), await startWorker()];
    api = server.bearing(await server.signUp());
    target.tell(
      'slow',
      Array.from({ length: MONITORS / 2 }, (_, i) => `/${2 * i}`),
    );
    monitors = await givenMonitors(api, target, MONITORS);
    await untilShared(workers);
  }, 120_000);
  afterAll(async () => {
    for (const each of [...workers, server]) await each.stop();
    target.close();
    await database.drop();
  });

  /** Resolves when each of `some` has monitors, and together they have all. */
  async function untilShared(some: readonly TestServer[]): Promise<void> {
    await eventually(async () => {
      const sizes = await Promise.all(some.map((worker) => metricOf(worker, 'pulse_monitors_watched')));
      return Math.min(...sizes) > 0 && sizes.reduce((sum, size) => sum + size) === MONITORS;
    }, 60_000);
  }

  /** Who has which shard. */
  async function owners(): Promise<Map<number, string>> {
    const rows = await query(database, 'SELECT shard, owner FROM shard_leases');
    return new Map(rows.map(({ shard, owner }) => [shard, owner]));
  }

  const isChecked = ({ path }: WatchedMonitor, since: number) => target.arrivalsAt(path, since).length > 0;
  const everyOneIsChecked = (since: number, deadlineMs: number) =>
    eventually(async () => monitors.every((each) => isChecked(each, since)), deadlineMs);

  /** The slots from `from` to `to` for which a monitor was asked about, and those whose checks are stored. */
  async function slotsOf({ id, path }: WatchedMonitor, from: number, to: number) {
    const stored = (await checksOf(api, { id })).map(({ dueAt }) => Date.parse(dueAt));
    const asked = target.arrivalsAt(path, from).map((at) => slotAt(id, INTERVAL, at));
    const expected: number[] = [];
    for (let slot = slotAfter(id, INTERVAL, from); slot < to; slot += INTERVAL) expected.push(slot);
    const isBetween = (slot: number) => slot > from && slot < to;
    return { id, stored: stored.filter(isBetween), asked: asked.filter(isBetween), expected };
  }

  async function expectEachSlotOnce(some: readonly WatchedMonitor[], from: number): Promise<void> {
    const to = Date.now() - INTERVAL;
    expect(some.length).toBeGreaterThan(0);
    for (const monitor of some) {
      const { id, stored, asked, expected } = await slotsOf(monitor, from, to);
      expect({ id, stored, asked }).toEqual({ id, stored: expected, asked: expected });
    }
  }

  it('answer for their health and tell their metrics, and know no other address', async () => {
    const [worker] = workers;
    const at = async (path: string) => (await fetch(`http://127.0.0.1:${worker.port}${path}`)).status;
    expect([await at('/health/live'), await at('/health/ready'), await at('/metrics')]).toEqual([
      200, 200, 200,
    ]);
    for (const path of ['/v1/monitors', '/v1/me', '/docs', '/openapi.json']) expect(await at(path)).toBe(404);
    const answer = await fetch(`http://127.0.0.1:${worker.port}/v1/auth/sign-in`, { method: 'POST' });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('make a check that somebody asks another process for', async () => {
    const { status, body } = await api.post(`/v1/monitors/${monitors[0]!.id}/checks`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, trigger: 'manual' });
    expect(await checksOf(api, monitors[0]!)).toContainEqual(body);
  });

  it('make the check of each slot once between them', async () => {
    const began = Date.now();
    await wait(4 * INTERVAL);
    await expectEachSlotOnce(monitors.slice(1), began);
  }, 60_000);

  describe('of which one is killed, one stands still for longer than its lease, and one is stopped', () => {
    let before: Map<number, string>;
    let survivorId: string | undefined;
    let brokenAt: number;
    let takenOverAfter: number;
    let handedOverAfter: number;
    const ofSurvivor = ({ id }: WatchedMonitor) => before.get(shardOf(id)) === survivorId;

    beforeAll(async () => {
      const [survivor, killed, frozen] = workers;
      before = await owners();
      frozen.freeze();
      await killed.kill();
      brokenAt = Date.now();
      const stoodStill = wait(FROZEN);
      takenOverAfter = await everyOneIsChecked(brokenAt + 1_000, 60_000);
      await stoodStill;
      [survivorId] = new Set((await owners()).values());
      await expectEachSlotOnce(monitors.filter(ofSurvivor), brokenAt - INTERVAL);

      frozen.wake();
      await untilShared([survivor, frozen]);
      expect(await survivor.terminate()).toBe(0);
      handedOverAfter = await everyOneIsChecked(Date.now(), 60_000);
      expect(await frozen.terminate()).toBe(0);
    }, 180_000);

    it('has the monitors of those that are gone checked again once their leases end', () => {
      expect(new Set(before.values()).size).toBe(3);
      expect(takenOverAfter).toBeLessThan(LEASE + 2 * HEARTBEAT + INTERVAL + SLACK);
    });

    it('hands over sooner than a lease ends when it is asked to stop', () => {
      expect(handedOverAfter).toBeLessThan(LEASE);
    });

    it('stores and counts each check once, and forgets no slot', async () => {
      const stored = await storedChecks(database);
      expect(stored).toHaveLength(MONITORS);
      expect(allFaults(stored, INTERVAL)).toEqual([]);
      for (const { monitorId, dueTimes } of stored) {
        const { body } = await api.get(`/v1/monitors/${monitorId}/uptime`);
        expect(body['24h'].checks.total).toBe(dueTimes.length);
      }
    });

    it('takes no monitor for down', async () => {
      const verdicts = (await storedChecks(database)).flatMap((each) => each.verdicts);
      expect(verdicts).not.toContain('failed');
      const { body } = await api.get('/v1/monitors?limit=200');
      expect(new Set(body.data.map(({ status }: any) => status))).toEqual(new Set(['up']));
    });
  });
});
