import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../eventually.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';
import { query } from './stored-checks.js';
import { WatchedTarget } from './watched-target.js';

const onServer = process.env['DATABASE_URL'] ? describe : describe.skip;
const EGRESS_ALLOW = '0.0.0.0/0,::/0';
const READ_MS = 15_000;

const ofThisMachine = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ address }) => !address.startsWith('fe80'))
  .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));

/** A mail server that only one of the processes knows. */
const SMTP_PORT = 2525;

onServer('a worker whose operator opened every network', () => {
  let database: TestDatabase;
  let target: WatchedTarget;
  let server: TestServer;
  let other: TestServer;
  let worker: TestServer;
  let api: HttpClient;

  beforeAll(async () => {
    database = await newTestDatabase();
    target = await WatchedTarget.start();
    const start = (env: Record<string, string>) =>
      TestServer.start({ database, env: { EGRESS_ALLOW, PROBE_THREADS: '1', ...env } });
    server = await start({ PULSE_ROLE: 'api', HOST: '0.0.0.0', SMTP_URL: `smtp://127.0.0.1:${SMTP_PORT}` });
    worker = await start({ PULSE_ROLE: 'worker' });
    other = await start({ PULSE_ROLE: 'api' });
    api = server.bearing(await server.signUp());
  }, 60_000);
  afterAll(async () => {
    for (const each of [worker, other, server]) await each.stop();
    target.close();
    await database.drop();
  });

  /** What comes of checking `url`, which the worker does. */
  async function errorAt(url: string): Promise<string | null> {
    const monitor = await api.post('/v1/monitors', {
      name: url,
      url,
      intervalSeconds: 3600,
      timeoutSeconds: 5,
    });
    const { status, body, text } = await api.post(`/v1/monitors/${monitor.body.id}/checks`);
    if (status !== 200) throw new Error(text);
    return body.error;
  }

  it('reaches what belongs to somebody else', async () => {
    expect(await errorAt(target.url('/'))).toBeNull();
  });

  it.each(['127.0.0.1', '127.1.2.3', '[::1]', ...ofThisMachine])(
    'reaches neither metrics nor API of a process that was there before it, at %s',
    async (host) => {
      for (const path of ['/metrics', '/v1/me', '/health/live'])
        expect(await errorAt(`http://${host}:${server.port}${path}`)).toBe('address-not-allowed');
    },
  );

  it('reaches no process that came after it, once it has read of it', async () => {
    const metrics = `http://127.0.0.1:${other.port}/metrics`;
    await eventually(async () => (await errorAt(metrics)) === 'address-not-allowed', READ_MS);
    expect(await errorAt(`http://127.0.0.1:${other.port}/v1/me`)).toBe('address-not-allowed');
  }, 30_000);

  it('reaches no mail server that another process knows, nor the database', async () => {
    const port = new URL(database.env['DATABASE_URL']!).port || '3306';
    for (const closed of [SMTP_PORT, port])
      expect(await errorAt(`http://127.0.0.1:${closed}/`)).toBe('address-not-allowed');
  });

  it('still reaches nothing of a process that was killed, and forgets one that has left', async () => {
    const known = async () => (await query(database, 'SELECT id FROM process_endpoints'))[0]!.length;
    expect(await known()).toBe(3);
    await other.kill();
    expect(await known()).toBe(3);
    expect(await errorAt(`http://127.0.0.1:${other.port}/metrics`)).toBe('address-not-allowed');
    expect(await worker.terminate()).toBe(0);
    expect(await known()).toBe(2);
  });
});
