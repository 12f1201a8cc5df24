import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { idsOf, watching } from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

const ROUNDS = 25;
const AT_ONCE = 5;

/** On SQLite there is one process; on a server of databases two make the checks, and two answer the API. */
const roles = process.env['DATABASE_URL'] ? ['all', 'all', 'worker'] : ['all'];

describe(`a check that is asked for after an edit (${roles.join(', ')})`, () => {
  let database: TestDatabase;
  let target: WatchedTarget;
  const servers: TestServer[] = [];
  let apis: HttpClient[];

  beforeAll(async () => {
    database = await newTestDatabase();
    target = await WatchedTarget.start();
    for (const role of roles)
      servers.push(await TestServer.start({ database, env: { ...watching, PULSE_ROLE: role } }));
    const token = await servers[0]!.signUp();
    apis = servers.filter((_, i) => roles[i] === 'all').map((server) => server.bearing(token));
  }, 60_000);
  afterAll(async () => {
    for (const server of servers) await server.stop();
    target.close();
    await database.drop();
  });

  const api = (i: number): HttpClient => apis[i % apis.length]!;

  /** Edits a monitor through one process and has it checked through another. Answers whether what it is by now was asked for. */
  async function round(id: string, name: string, i: number): Promise<boolean> {
    const path = `/${name}/${i}`;
    target.tell('fail', i % 2 === 0 ? [path] : []);
    const edit = await api(i).patch(`/v1/monitors/${id}`, { url: target.url(path, i) });
    expect(edit.status).toBe(200);
    const since = Date.now();
    const { status, body } = await api(i + 1).post(`/v1/monitors/${id}/checks`);
    expect(status).toBe(200);
    return body.statusCode === (i % 2 === 0 ? 503 : 200) && target.arrivalsAt(path, since - 5).length > 0;
  }

  it(`is made of what the monitor is by then, in each of ${ROUNDS * AT_ONCE} rounds`, async () => {
    const names = Array.from({ length: AT_ONCE }, (_, i) => `monitor${i}`);
    const ids = await Promise.all(
      names.map(async (name, i) => {
        const monitor = { name, url: target.url(`/${name}`, i), intervalSeconds: 5 };
        return (await api(0).post('/v1/monitors', monitor)).body.id as string;
      }),
    );
    await eventually(async () => (await idsOf(api(0), 'up')).length === AT_ONCE, 60_000);
    const rounds = await Promise.all(
      ids.map(async (id, monitor) => {
        const made: boolean[] = [];
        for (let i = 0; i < ROUNDS; i += 1) made.push(await round(id, names[monitor]!, i));
        return made;
      }),
    );
    expect(rounds.flat().filter((isMade) => !isMade)).toHaveLength(0);
  }, 180_000);
});
