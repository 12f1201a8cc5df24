import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allPages } from '../all-pages.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { WriteLoad } from './write-load.js';

/** How often the server is killed. Any number of times must go well; more find rarer moments. */
const KILLS = Number(process.env['KILLS'] ?? 8);
const MINUTE = 60_000;
const READY_MS = 5_000;

/** Starts the server with its clock put forward: whatever waits for time to pass need not be waited for. */
const clockForwardBy = (milliseconds: number) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `const now = Date.now; Date.now = () => now() + ${milliseconds};`,
  )}`,
});

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await TestServer.start();
  token = await server.signUp();
});
afterAll(() => server.stop());

async function changeProjects(load: WriteLoad): Promise<void> {
  const project = await load.write('POST', '/v1/projects', { name: randomUUID() });
  await load.write('PATCH', `/v1/projects/${project.id}`, { name: randomUUID() });
  if (randomInt(2) === 0) await load.write('DELETE', `/v1/projects/${project.id}`);
}

async function changeKeys(load: WriteLoad): Promise<void> {
  const key = await load.write('POST', '/v1/api-keys', { name: 'CI', abilities: ['monitors:read'] });
  await load.write('POST', `/v1/api-keys/${key.id}/rotate`);
  await load.write('DELETE', `/v1/api-keys/${key.id}`);
}

/** Lets some writes through, and kills the server in the middle of whatever it is doing then. */
async function killAtARandomMoment(load: WriteLoad): Promise<void> {
  await load.reaches(randomInt(1, 60));
  await wait(randomInt(20));
  await server.kill();
  await load.end();
}

/** What projects and keys there are if the log tells the whole truth: ids, each with what changes about it. */
function told(events: any[]): Map<string, string> {
  const things = new Map<string, string>();
  for (const { action, target, changes } of events.toReversed()) {
    const lastEight = changes.find(({ field }: { field: string }) => field === 'lastEight');
    if (/^project\.(created|updated)$/.test(action)) things.set(target.id, target.name);
    if (/^api-key\.(created|rotated)$/.test(action)) things.set(target.id, lastEight.to);
    if (/^(project\.deleted|api-key\.revoked)$/.test(action)) things.delete(target.id);
  }
  return things;
}

/** Those of `requestIds` that the log tells of in exactly one event. */
function toldOnce(events: any[], requestIds: string[]): string[] {
  const counts = new Map<string, number>();
  for (const { context } of events) counts.set(context.requestId, (counts.get(context.requestId) ?? 0) + 1);
  return requestIds.filter((requestId) => counts.get(requestId) === 1);
}

async function found(api: HttpClient): Promise<Map<string, string>> {
  const projects = await allPages(api, '/v1/projects');
  const keys = await allPages(api, '/v1/api-keys');
  const ofProjects = projects.map(({ id, name }): [string, string] => [id, name]);
  return new Map(ofProjects.concat(keys.map(({ id, lastEight }): [string, string] => [id, lastEight])));
}

describe('a server that is killed while it writes', () => {
  it(
    'has every write it acknowledged, once, with its event, and is ready again within 5 seconds',
    async () => {
      const acknowledged: string[] = [];
      let slowest = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const load = new WriteLoad(server.bearing(token), [
          ...Array.from({ length: 4 }, () => changeProjects),
          ...Array.from({ length: 4 }, () => changeKeys),
        ]);
        await killAtARandomMoment(load);
        acknowledged.push(...load.acknowledged);

        slowest = Math.max(slowest, await server.startAgain());

        const api = server.bearing(token);
        const events = await allPages(api, '/v1/audit-events?outcome=success');
        expect(toldOnce(events, acknowledged)).toEqual(acknowledged);
        expect(await found(api)).toEqual(told(events));
      }
      process.stdout.write(
        `${KILLS} kills, ${acknowledged.length} acknowledged writes, ready again in ${Math.round(slowest)} ms at most\n`,
      );
      expect(slowest).toBeLessThan(READY_MS);
    },
    KILLS * 15_000,
  );

  it(
    'makes a change that is retried with its Idempotency-Key once',
    async () => {
      for (let kill = 1; kill <= Math.ceil(KILLS / 2); kill += 1) {
        const names: string[] = [];
        const pending = new Set<string>();
        const create = async (load: WriteLoad) => {
          const name = randomUUID();
          names.push(name);
          pending.add(name);
          await load.write('POST', '/v1/api-keys', body(name), { 'idempotency-key': name });
          pending.delete(name);
        };
        await killAtARandomMoment(new WriteLoad(server.bearing(token), Array(8).fill(create)));
        expect(pending.size).toBeGreaterThan(0);

        await server.startAgain(clockForwardBy(kill * 2 * MINUTE));

        const api = server.bearing(token);
        for (const name of pending) {
          const answer = await api.post('/v1/api-keys', body(name), { 'idempotency-key': name });
          const outcome = answer.status === 201 ? 'created' : answer.body.code;
          expect(['created', 'idempotency-answer-lost']).toContain(outcome);
        }
        const keys = await allPages(api, '/v1/api-keys');
        const made = keys.filter(({ name }) => name !== 'CI');
        expect(made.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
        for (const { id } of made) await api.delete(`/v1/api-keys/${id}`);
      }
    },
    KILLS * 15_000,
  );
});

const body = (name: string) => ({ name, abilities: ['monitors:read'] });
