import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Listeners } from '../egress/listeners.js';
import { NameServer } from '../egress/name-server.js';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { Receiver } from '../receiver.js';
import { TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { givenMonitors, idsOf, metricOf, watching } from './watched-monitors.js';
import { WatchedTarget } from './watched-target.js';

/** Longer than anything takes here: twelve monitors each five seconds, with a doubt of fifteen. */
const LONG = 60_000;

let database: TestDatabase;
let target: WatchedTarget;
let names: NameServer;
let receiver: Receiver;
let servers: TestServer[];
let api: HttpClient;
let token: string;

beforeEach(async () => {
  database = await newTestDatabase();
  target = await WatchedTarget.start();
  names = await NameServer.start();
  names.ttl = 0;
  receiver = await Receiver.start();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  target.close();
  names.stop();
  await receiver.stop();
  await database.drop();
});

async function start(role = 'all'): Promise<TestServer> {
  const env = { ...watching, DNS_SERVERS: names.address, PULSE_ROLE: role };
  const server = await TestServer.start({ database, env });
  servers.push(server);
  return server;
}

/** Signs somebody up whose rule tells the receiver. */
async function tellReceiver(server: TestServer): Promise<void> {
  token = await server.signUp();
  api = server.bearing(token);
  const config = { type: 'webhook', url: receiver.url };
  const { body } = await api.post('/v1/notification-channels', { name: 'On call', config });
  const rule = { name: 'Told', condition: 'check-failed', channelIds: [body.id] };
  expect((await api.post('/v1/alert-rules', rule)).status).toBe(201);
}

/** Resolves when all `count` monitors have the status. Fails with what they have instead. */
async function allAre(status: string, count: number): Promise<number> {
  try {
    return await eventually(async () => (await idsOf(api, status)).length === count, LONG);
  } catch {
    const { body } = await api.get('/v1/monitors?limit=200');
    const found = body.data.map((each: any) => `${each.status} ${each.lastError} ${each.lastCheckedAt}`);
    throw new Error(`Not all are ${status}: ${found.join(', ')}`);
  }
}

const told = () =>
  receiver.messages.map(({ type }) => type).filter((type: string) => type.startsWith('monitoring.'));

describe('twelve names of one server', () => {
  it('are all down within seconds of its end', async () => {
    await tellReceiver(await start());
    const watched = new Listeners();
    const { port } = await watched.http((_, response) => response.end());
    const url = (path: string, number: number) => `http://m${number}.localhost:${port}${path}`;
    await givenMonitors(api, target, 12, { url });
    await allAre('up', 12);
    watched.close();
    const tookMs = await allAre('down', 12);
    expect(tookMs).toBeLessThan(15_000);
    expect(told()).toEqual([]);
  }, 180_000);
});

/** On SQLite there is one process; on a server of databases two make the checks. */
const roles = process.env['DATABASE_URL'] ? ['api', 'worker', 'worker'] : ['all'];
/** Each process has ten at least: fewer are believed to be down at once. */
const COUNT = roles.length > 1 ? 32 : 12;

describe(`a server (${roles.join(', ')}) that can ask no name server`, () => {
  async function blind(): Promise<void> {
    const [front] = [await start(roles[0])];
    for (const role of roles.slice(1)) await start(role);
    await tellReceiver(front!);
    const url = (path: string, number: number) => target.at(`shop${number}.example.com`, path);
    for (let i = 0; i < COUNT; i += 1) names.set(`shop${i}.example.com`, [`127.0.0.${i + 2}`]);
    await givenMonitors(api, target, COUNT, { url });
    await allAre('up', COUNT);
    for (let i = 0; i < COUNT; i += 1) names.set(`shop${i}.example.com`, 'silence');
    await eventually(isBlind, LONG);
    await eventually(async () => told().length > 0, LONG);
  }

  /**
   * Each process judges by its own monitors, and those of one that has few are believed to be down. None is up, and
   * where one process has them all, all are unknown.
   */
  async function isBlind(): Promise<boolean> {
    const unknown = (await idsOf(api, 'unknown')).length;
    const down = (await idsOf(api, 'down')).length;
    return unknown + down === COUNT && unknown >= (roles.length > 1 ? 10 : COUNT);
  }

  const seeAgain = (): void => {
    for (let i = 0; i < COUNT; i += 1) names.set(`shop${i}.example.com`, [`127.0.0.${i + 2}`]);
  };

  it('says so of every monitor, tells it once, and once that it sees again', async () => {
    await blind();
    const workers = servers.slice(-2);
    const blindness = await Promise.all(workers.map((worker) => metricOf(worker, 'pulse_blind')));
    expect(blindness).toContain(1);
    seeAgain();
    await allAre('up', COUNT);
    await eventually(async () => told().length > 1, LONG);
    expect(told()).toEqual(['monitoring.blind', 'monitoring.restored']);
  }, 300_000);

  it('goes on so over kill -9 of all processes: neither repeats nor loses what is told', async () => {
    await blind();
    for (const server of servers) await server.kill();
    for (const server of servers) await server.startAgain();
    api = servers[0]!.bearing(token);
    const asked = names.asked.length;
    await eventually(async () => names.asked.length > asked + 2 * COUNT, LONG);
    expect(await isBlind()).toBe(true);
    seeAgain();
    await allAre('up', COUNT);
    await eventually(async () => told().length > 1, LONG);
    expect(told()).toEqual(['monitoring.blind', 'monitoring.restored']);
  }, 300_000);
});
