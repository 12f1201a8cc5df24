import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../src/problems/common.problems.js';
import { NameServer } from '../egress/name-server.js';
import { eventually } from '../eventually.js';
import { expectProblem } from '../expect-problem.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { TemporaryDirectory } from '../temporary-directory.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { type StoredChecks, storedChecks } from './stored-checks.js';
import {
  checksOf,
  givenMonitors,
  idsOf,
  metricOf,
  type WatchedMonitor,
  watching,
} from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

const onSqlite = process.env['DATABASE_URL'] ? describe.skip : describe;

const succeeds = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Whether this machine lets a test mount a file system. */
const canMount = ((): boolean => {
  const probe = `/tmp/pulseapi-mount-${process.pid}`;
  mkdirSync(probe);
  const isMounted = succeeds('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe);
  if (isMounted) execFileSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return isMounted;
})();
const whereMountable = canMount ? it : it.skip;
const whereLimitable = succeeds('prlimit', '--version') ? it : it.skip;

onSqlite('a server that lacks', () => {
  let target: WatchedTarget;
  let server: TestServer;
  let api: HttpClient;

  beforeEach(async () => {
    target = await WatchedTarget.start();
  });
  afterEach(async () => {
    await server.stop();
    target.close();
  });

  async function start(options: Parameters<typeof TestServer.start>[0] = {}): Promise<void> {
    server = await TestServer.start({ ...options, env: { ...watching, ...options.env } });
    api = server.bearing(await server.signUp());
  }

  const stored = () => storedChecks(server.database);
  const areUp = (count: number) => async () => (await idsOf(api, 'up')).length === count;
  const verdictsOf = (checks: Map<string, StoredChecks>, { id }: WatchedMonitor) =>
    checks.get(id)?.verdicts ?? [];

  it('files for many checks at once makes fewer at once, and answers everybody', async () => {
    await start({ openFiles: 512 });
    const count = 250;
    target.tell(
      'hang',
      Array.from({ length: count - 10 }, (_, i) => `/${i}`),
    );
    const monitors = await givenMonitors(api, target, count);
    const healthy = monitors.slice(-10);
    let most = 0;
    await eventually(async () => {
      most = Math.max(most, await metricOf(server, 'pulse_checks_in_flight'));
      return most > 100 && healthy.every(({ path }) => target.arrivalsAt(path).length > 1);
    }, 120_000);

    const callers = Array.from({ length: 50 }, () => api.with({ connection: 'close' }).get('/v1/me'));
    expect((await Promise.all(callers)).map(({ status }) => status)).toEqual(callers.map(() => 200));
    expect(most).toBeLessThanOrEqual(192);
    const checks = await stored();
    expect(healthy.flatMap((each) => verdictsOf(checks, each))).not.toContain('failed');
  }, 180_000);

  whereLimitable(
    'files for any check concludes nothing, and goes on when it has them (where there is prlimit)',
    async () => {
      await start();
      const limit = (files: string) =>
        execFileSync('prlimit', ['--pid', `${server.pid}`, `--nofile=${files}`]);
      const monitors = await givenMonitors(api, target, 10);
      await eventually(areUp(10), 30_000);

      limit('8:');
      await eventually(async () => {
        const checks = await stored();
        return monitors.every((each) => verdictsOf(checks, each).at(-1) === 'inconclusive');
      }, 60_000);
      expect((await api.get('/v1/me')).status).toBe(200);
      const { error, detail } = (await checksOf(api, monitors[0]!)).at(-1);
      limit('1024:');

      expect({ error, detail }).toEqual({
        error: 'connection-refused',
        detail: expect.stringContaining('means'),
      });
      await eventually(async () => {
        const checks = await stored();
        return monitors.every((each) => verdictsOf(checks, each).at(-1) === 'ok');
      }, 60_000);
      const checks = await stored();
      expect(monitors.flatMap((each) => verdictsOf(checks, each))).not.toContain('failed');
      expect(await areUp(10)()).toBe(true);
    },
    180_000,
  );

  it('a name server concludes nothing about names, and checks them when it is back', async () => {
    const away = await NameServer.start();
    const { port, address } = away;
    away.stop();
    await start({ env: { DNS_SERVERS: address } });
    const url = (path: string, number: number) => target.at(`shop${number}.example.com`, path);
    const monitors = await givenMonitors(api, target, 10, { url });
    const last = async (monitor: WatchedMonitor) => (await checksOf(api, monitor)).at(-1);
    await eventually(async () => {
      const found = await Promise.all(monitors.map(last));
      return found.every((check) => check?.error === 'dns-failed' && check.verdict === 'inconclusive');
    }, 60_000);
    await eventually(async () => (await idsOf(api, 'unknown')).length === 10, 60_000);

    const back = await NameServer.start(port);
    for (let i = 0; i < 10; i += 1) back.set(`shop${i}.example.com`, ['127.0.0.2']);
    await eventually(areUp(10), 60_000);
    back.stop();
    const checks = await stored();
    expect(monitors.flatMap((each) => verdictsOf(checks, each))).not.toContain('failed');
  }, 150_000);

  describe('room on its disk', () => {
    let directory: TemporaryDirectory;
    let database: TestDatabase;

    beforeEach(async () => {
      directory = await TemporaryDirectory.make();
      if (canMount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', directory.path]);
      database = await newTestDatabase();
      await start({ database: { ...database, env: { ...database.env, DATA_DIR: directory.path } } });
    });
    afterEach(async () => {
      await server.stop();
      if (canMount) execFileSync('umount', [directory.path]);
      await directory.remove();
      await database.drop();
    });

    whereMountable(
      'reads and refuses to write, and stores again once there is some (where a test may mount)',
      async () => {
        const monitors = await givenMonitors(api, target, 10);
        await eventually(areUp(10), 30_000);

        const filler = join(directory.path, 'filler');
        const { bavail, bsize } = statfsSync(directory.path);
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
        const write = () => api.post('/v1/projects', { name: 'Checkout', description: 'x'.repeat(400) });
        await eventually(async () => (await write()).status === 503, 60_000);
        expectProblem(await write(), Unavailable, { retryAfter: 5 });
        const full = Date.now();
        expect((await api.get('/v1/monitors')).body.data).toHaveLength(10);
        await eventually(
          async () => monitors.every(({ path }) => target.arrivalsAt(path, full).length > 0),
          60_000,
        );
        expect((await api.get('/health/live')).status).toBe(200);

        rmSync(filler);
        const freed = Date.now();
        await eventually(async () => {
          const checks = await stored();
          return monitors.every(({ id }) => checks.get(id)!.dueTimes.at(-1)! > freed);
        }, 60_000);
        expect((await write()).status).toBe(201);
        expect(await areUp(10)()).toBe(true);
        expect(await server.terminate()).toBe(0);
        const checks = await stored();
        for (const { id, path } of monitors)
          expect(checks.get(id)!.dueTimes).toHaveLength(target.arrivalsAt(path).length);
      },
      180_000,
    );
  });
});
