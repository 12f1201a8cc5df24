import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secrets } from '../../src/crypto/secrets.js';
import { Monitor } from '../../src/monitors/monitor.entity.js';
import { mapSealed, placeOf } from '../../src/monitors/sealed-settings.js';
import { NotificationChannel } from '../../src/notifications/channels/channel.entity.js';
import { openConfig } from '../../src/notifications/channels/channel-config.encryption.js';
import { TestApp } from '../app.js';
import { run, ServerProcess } from '../program.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

const OLD = 'the master secret of the first year, long enough';
const NEW = 'the master secret of the second year, long enough';

describe('rotating the master secret', () => {
  let database: TestDatabase;
  let session: string;
  let key: string;

  beforeAll(async () => {
    database = await newTestDatabase();
  });
  afterAll(() => database.drop());

  const env = (secrets: Record<string, string>) => ({ ...database.env, ...secrets });
  const both = { APP_SECRET: NEW, APP_SECRET_PREVIOUS: OLD };

  /** Does `work` with a server that knows `secrets`. */
  async function serving<T>(secrets: Record<string, string>, work: (port: number) => Promise<T>): Promise<T> {
    const server = await ServerProcess.start(env(secrets));
    try {
      return await work(server.port);
    } finally {
      await server.kill();
    }
  }

  const post = async (port: number, path: string, body: object, token = '') => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { token: string };
  };

  const watch = (port: number, settings: object) =>
    post(port, 'monitors', { name: 'API', url: 'https://example.com', ...settings }, key);

  const use = async (port: number, token: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;

  it('starts from an installation with a session and a key', async () => {
    await serving({ APP_SECRET: OLD }, async (port) => {
      const account = { name: 'Ada', email: 'ada@example.com', password: 'seven grey pigeons nap' };
      ({ token: session } = await post(port, 'auth/sign-up', account));
      ({ token: key } = await post(port, 'api-keys', { name: 'CI', abilities: ['*'] }, session));
      await watch(port, {});
      await watch(port, {
        headers: [
          { name: 'X-Key', value: 'one' },
          { name: 'X-Other', value: 'two' },
        ],
        auth: { type: 'bearer', token: 'three' },
      });
      await watch(port, { auth: { type: 'basic', username: 'ada', password: 'four' } });
      const slack = { type: 'slack', webhookUrl: 'https://hooks.slack.com/services/six' };
      await post(port, 'notification-channels', { name: 'Room', config: slack }, key);
    });
    expect(key).toMatch(/^pulse_key_/);
  });

  it('refuses a secret that does not fit, naming no old one', async () => {
    const { code, stderr } = await run('main.js', [], env({ APP_SECRET: NEW, PORT: '0' }));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The master secret does not fit.*\n$/),
    });
  });

  it('seals the values of monitors, and tells how many keys and sessions have not moved', async () => {
    const { code, stdout } = await run('cli.js', ['secrets', 'rotate'], env(both));
    expect(code).toBe(0);
    expect(stdout).toContain('4 header values and credentials of monitors');
    expect(stdout).toContain('2 addresses and secrets of notification channels');
    expect(stdout).toContain('Not moved yet: 1 API keys and 1 sessions');
  });

  it('moves a token when it is used, however many requests come at once', async () => {
    const statuses = await serving(both, (port) =>
      Promise.all(Array.from({ length: 8 }, () => use(port, key))),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    const { stdout } = await run('cli.js', ['secrets', 'rotate'], env(both));
    expect(stdout).toContain('Not moved yet: 0 API keys and 1 sessions');
  });

  it('touches no value that is under the new secret already', async () => {
    await serving(both, (port) => watch(port, { headers: [{ name: 'X-Key', value: 'five' }] }));
    const { stdout } = await run('cli.js', ['secrets', 'rotate'], env(both));
    expect(stdout).toContain('0 header values and credentials of monitors');
    expect(stdout).toContain('0 addresses and secrets of notification channels');
  });

  it('leaves nothing that opens only with the old secret', async () => {
    const app = await TestApp.start({ database, env: { APP_SECRET: NEW } });
    const monitors = await app.dataSource.manager.find(Monitor, { order: { id: 'ASC' } });
    const channels = await app.dataSource.manager.find(NotificationChannel, { order: { id: 'ASC' } });
    await app.stop();
    const secrets = new Secrets(NEW);
    expect(channels.map((channel) => openConfig(secrets, channel))).toEqual([
      { type: 'email', address: 'ada@example.com' },
      { type: 'slack', webhookUrl: 'https://hooks.slack.com/services/six' },
    ]);
    const opened = monitors.map((monitor) =>
      mapSealed(monitor, (value, column) => secrets.decrypt(value, placeOf(column, monitor))),
    );
    expect(opened).toEqual([
      { headers: [], auth: { type: 'none' } },
      {
        headers: [
          { name: 'X-Key', value: 'one' },
          { name: 'X-Other', value: 'two' },
        ],
        auth: { type: 'bearer', token: 'three' },
      },
      { headers: [], auth: { type: 'basic', username: 'ada', password: 'four' } },
      { headers: [{ name: 'X-Key', value: 'five' }], auth: { type: 'none' } },
    ]);
  });

  it('leaves behind what was not used, once the old secret is dropped', async () => {
    const statuses = await serving({ APP_SECRET: NEW }, (port) =>
      Promise.all([use(port, key), use(port, session)]),
    );
    expect(statuses).toEqual([200, 401]);
  });

  it('does not start under the old secret again', async () => {
    const { code } = await run('main.js', [], env({ APP_SECRET: OLD, PORT: '0' }));
    expect(code).toBe(1);
  });
});
