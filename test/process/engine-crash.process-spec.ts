import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import { TestServer } from '../server.js';
import { faultsSince, type StoredChecks, storedChecks } from './stored-checks.js';
import {
  givenMonitors,
  idsOf,
  INTERVAL,
  multiplyMonitors,
  type WatchedMonitor,
  watching,
} from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

/** How often the server is killed. Any number of times must go well; more find rarer moments. */
const KILLS = Number(process.env['KILLS'] ?? 4);
/** 200 checks a second. */
const MONITORS = 1_000;
/** Targets that break before each kill. */
const BROKEN = 5;
const READY_MS = 15_000;

describe('a server that is killed while it makes 200 checks a second', () => {
  let server: TestServer;
  let target: WatchedTarget;
  let monitors: WatchedMonitor[];
  const broken: WatchedMonitor[] = [];
  const readyAfter: number[] = [];
  /** Monitors that somebody saw down, and that were not when the server was back. */
  const forgotten: string[] = [];
  let down: string[];
  let before: Map<string, StoredChecks>;
  let after: Map<string, StoredChecks>;

  beforeAll(
    async () => {
      target = await WatchedTarget.start();
      server = await TestServer.start({ env: watching });
      const token = await server.signUp();
      await givenMonitors(server.bearing(token), target, 1);
      await server.terminate();
      monitors = await multiplyMonitors(server.database, target, MONITORS - 1);
      await server.startAgain();
      const isUsual = async () => (await idsOf(server.bearing(token), 'up')).length === MONITORS;
      await eventually(isUsual, 60_000);
      before = await storedChecks(server.database);

      for (let kill = 0; kill < KILLS; kill += 1) {
        const next = monitors.slice(broken.length, broken.length + BROKEN);
        target.tell(
          'fail',
          next.map(({ path }) => path),
        );
        broken.push(...next);
        await wait(randomInt(INTERVAL));
        const shown = await idsOf(server.bearing(token), 'down');
        await wait(randomInt(300));
        await server.kill();
        readyAfter.push(await server.startAgain());
        const kept = new Set(await idsOf(server.bearing(token), 'down'));
        forgotten.push(...shown.filter((id) => !kept.has(id)));
      }

      const api = server.bearing(token);
      await eventually(async () => (await idsOf(api, 'down')).length >= broken.length, 60_000);
      down = await idsOf(api, 'down');
      await server.terminate();
      after = await storedChecks(server.database);
    },
    120_000 + KILLS * 30_000,
  );
  afterAll(async () => {
    await server.stop();
    target.close();
  });

  it('is ready again within seconds', () => {
    expect(readyAfter).toHaveLength(KILLS);
    expect(Math.max(...readyAfter)).toBeLessThan(READY_MS);
  });

  it('has each check stored and counted once, and every slot accounted for', () => {
    expect(before.size).toBe(MONITORS);
    expect(faultsSince(before, after, INTERVAL)).toEqual([]);
  });

  it('keeps what it has shown, and finds what broke, and nothing else', () => {
    expect(forgotten).toEqual([]);
    expect(down.toSorted()).toEqual(broken.map(({ id }) => id).toSorted());
  });
});
