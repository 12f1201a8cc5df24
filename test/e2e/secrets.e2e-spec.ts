import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entities } from '../entities.js';
import { DeliveryWorker } from '../../src/notifications/deliveries/delivery-worker.js';
import { TestApp } from '../app.js';
import type { Answer, HttpClient } from '../http-client.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

const PASSWORD = 'canary in the coal mine';
const NEW_PASSWORD = 'canary out of the mine';
const WRONG_PASSWORD = 'canary of nobody at all';
const MONITOR_SECRETS = ['canary-header-value', 'canary-bearer-token', 'canary-basic-password'];

const CHANNEL_SECRETS = ['canary-slack-path', 'canary-other-path'];

/** Everything secret that the run below has sent or was sent. */
const secrets: string[] = [PASSWORD, NEW_PASSWORD, WRONG_PASSWORD, ...MONITOR_SECRETS, ...CHANNEL_SECRETS];
const log: string[] = [];
const answers: Answer[] = [];
let database: TestDatabase;
let app: TestApp;

/** What an answer tells this once: a token, or the signing secret of a webhook. */
const toldBy = (body: any): unknown => body?.token ?? body?.secret;

/** Keeps what an answer tells, and what it tells this once. */
async function keep(call: Promise<Answer>): Promise<Answer> {
  const answer = await call;
  const token = toldBy(answer.body);
  if (typeof token === 'string') secrets.push(token);
  answers.push(answer);
  return answer;
}

/** A day in the life of a server: what goes well, and what goes wrong. */
async function live(): Promise<void> {
  const account = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };
  const retry = { 'idempotency-key': 'once' };
  await keep(app.anyone.post('/v1/auth/sign-up', account, retry));
  await app.anyone.post('/v1/auth/sign-up', account, retry);
  await keep(app.anyone.post('/v1/auth/sign-up', account));
  await keep(app.anyone.post('/v1/auth/sign-up', { ...account, email: PASSWORD }));
  await keep(app.anyone.post('/v1/auth/sign-in', { ...account, name: undefined, password: WRONG_PASSWORD }));
  const { body: first } = await keep(
    app.anyone.post('/v1/auth/sign-in', { email: account.email, password: PASSWORD }),
  );
  const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  const session = app.bearing(first.token);
  await keep(session.put('/v1/account/password', { ...change, currentPassword: WRONG_PASSWORD }));
  const { body: second } = await keep(session.put('/v1/account/password', change));
  const ada = app.bearing(second.token);
  await keep(session.get('/v1/me'));

  const { body: key } = await keep(ada.post('/v1/api-keys', { name: 'CI', abilities: ['*'] }, retry));
  const program = app.bearing(key.token);
  const { body: rotated } = await keep(program.post('/v1/api-keys/current/rotate', { overlapSeconds: 60 }));
  await keep(ada.post(`/v1/api-keys/${key.id}/rotate`));
  for (const token of [key.token, rotated.token]) await keep(app.bearing(token).get('/v1/me'));
  await keep(app.anyone.get(`/v1/me?access_token=${key.token}`));
  await keep(app.anyone.get(`/v1/${key.token}`));
  await keep(ada.get(`/v1/api-keys/${key.token}`));
  const { body: reader } = await keep(ada.post('/v1/api-keys', { name: 'R', abilities: ['api-keys:read'] }));
  await keep(app.bearing(reader.token).delete(`/v1/api-keys/${key.token}`));
  await keep(app.anyone.get('/v1/me', { authorization: `Basic ${key.token}` }));
  const careless = { 'request-id': key.token, 'user-agent': `curl ${key.token}` };
  await keep(ada.patch('/v1/team', { name: 'Engines' }, careless));
  await keep(app.anyone.get('/v1/me', careless));
  await keep(app.anyone.post('/v1/auth/sign-in', { email: account.email, password: NEW_PASSWORD }, careless));
  await keep(ada.post('/v1/api-keys', { access_token: key.token }));
  await keep(ada.post('/v1/api-keys', `{"name":"${key.token}",`));

  const [header, bearer, basic] = MONITOR_SECRETS;
  const monitor = { name: 'API', url: 'https://example.com/health' };
  const headers = [{ name: 'X-Secret', value: header }];
  const { body: made } = await keep(
    ada.post('/v1/monitors', { ...monitor, headers, auth: { type: 'bearer', token: bearer } }),
  );
  const auth = { type: 'basic', username: 'ada', password: basic };
  await keep(ada.patch(`/v1/monitors/${made.id}`, { auth }));
  await keep(
    ada.post('/v1/monitors', { ...monitor, url: `https://u:${basic}@example.com`, headers: 5, auth }),
  );

  await liveWithChannels(ada);

  for (const path of [
    'me',
    'account',
    'auth/sessions',
    'api-keys',
    'monitors',
    'notification-channels',
    'audit-events?limit=200',
  ])
    await keep(ada.get(`/v1/${path}`));
  await keep(ada.delete(`/v1/api-keys/${key.id}`));
  await keep(ada.post('/v1/auth/sign-out'));
}

async function liveWithChannels(ada: HttpClient): Promise<void> {
  const [path, other] = CHANNEL_SECRETS;
  const channels = '/v1/notification-channels';
  const slack = (at: string) => ({ type: 'slack', webhookUrl: `https://127.0.0.1/${at}` });
  const { body: room } = await keep(ada.post(channels, { name: 'Room', config: slack(path!) }));
  await keep(ada.patch(`${channels}/${room.id}`, { config: slack(other!) }));
  await keep(ada.post(channels, { name: 'Room', config: slack(path!), secret: 1 }));
  const webhook = { type: 'webhook', url: 'https://127.0.0.1/' };
  const once = { 'idempotency-key': 'channel' };
  const { body: hook } = await keep(ada.post(channels, { name: 'Hook', config: webhook }, once));
  await keep(ada.post(`${channels}/${hook.id}/rotate-secret`));
  for (const { id } of [room, hook]) await keep(ada.post(`${channels}/${id}/test`));
  await app.get(DeliveryWorker).drain();
  for (const { id } of [room, hook])
    for (const what of ['', '/deliveries']) await keep(ada.get(`${channels}/${id}${what}`));
}

beforeAll(async () => {
  database = await newTestDatabase();
  app = await TestApp.start({
    database,
    env: { EGRESS_ALLOW: '127.0.0.0/8' },
    log: { write: (line) => log.push(line) },
  });
  await live();
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

/** The secrets that `text` holds. Of a token also its middle counts, which no list may show. */
const heldBy = (text: string) =>
  secrets.filter((secret) => text.includes(secret.startsWith('pulse_') ? secret.slice(10, 30) : secret));

describe('after a day in the life of a server', () => {
  it('there are secrets to look for', () => {
    expect(new Set(secrets).size).toBeGreaterThan(10);
    expect(answers.map(({ status }) => status)).toEqual(
      expect.arrayContaining([200, 201, 400, 401, 403, 404, 409, 422]),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });

  it('no row of any table holds one', async () => {
    const tables = app.dataSource.entityMetadatas.map(({ tableName }) => tableName);
    expect(tables).toHaveLength(entities.length);
    for (const table of tables) {
      const rows = await app.dataSource.query(`SELECT * FROM ${table}`);
      expect([table, heldBy(JSON.stringify(rows))]).toEqual([table, []]);
    }
  });

  it('no file of the data directory holds one', async () => {
    const directory = database.env['DATA_DIR']!;
    for (const file of await readdir(directory))
      expect([file, heldBy(await readFile(join(directory, file), 'latin1'))]).toEqual([file, []]);
  });

  it('no line of the log holds one', () => {
    expect(log.length).toBeGreaterThan(answers.length);
    expect(heldBy(log.join('\n'))).toEqual([]);
  });

  it('no answer holds one, but the one that gave it', () => {
    for (const { text, body } of answers)
      expect(heldBy(text).filter((secret) => secret !== toldBy(body))).toEqual([]);
  });
});
