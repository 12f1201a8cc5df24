import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import type { HttpClient } from '../http-client.js';
import { TestServer } from '../server.js';
import { newTestDatabase, type TestDatabase } from '../test-database.js';

const onServer = process.env['DATABASE_URL'] ? describe : describe.skip;

/** `here` makes the change, `there` is asked before and after: what one instance remembers, the other cannot know. */
onServer('two instances on one database', () => {
  let database: TestDatabase;
  let here: TestApp;
  let there: TestServer;

  beforeAll(async () => {
    database = await newTestDatabase();
    here = await TestApp.start({ database });
    there = await TestServer.start({ database });
  });
  afterAll(async () => {
    await there.stop();
    await here.stop();
    await database.drop();
  });

  const codeOf = async (caller: HttpClient) => (await caller.get('/v1/api-keys')).body.code;

  async function keyOf(person: Awaited<ReturnType<typeof here.given.owner>>) {
    const key = await here.given.key(person);
    const program = there.bearing(key.token);
    expect((await program.get('/v1/me')).status).toBe(200);
    return { ...key, program };
  }

  it('refuse a revoked key with the next request', async () => {
    const ada = await here.given.owner();
    const { id, program } = await keyOf(ada);
    await ada.api.delete(`/v1/api-keys/${id}`);
    expect(await codeOf(program)).toBe('credential-revoked');
  });

  it('refuse a token that was rotated away, and take the new one', async () => {
    const ada = await here.given.owner();
    const { id, program } = await keyOf(ada);
    const { body } = await ada.api.post(`/v1/api-keys/${id}/rotate`);
    expect(await codeOf(program)).toBe('credential-revoked');
    expect(await codeOf(there.bearing(body.token))).toBeUndefined();
  });

  it('refuse a session that was signed out', async () => {
    const ada = await here.given.owner();
    const session = there.bearing(ada.token);
    expect(await codeOf(session)).toBeUndefined();
    await ada.api.post('/v1/auth/sign-out');
    expect(await codeOf(session)).toBe('credential-revoked');
  });

  it('know of another role with the next request', async () => {
    const ada = await here.given.owner();
    const grace = await here.given.member(ada, 'admin');
    const { program } = await keyOf(grace);
    await ada.api.patch(`/v1/members/${grace.id}`, { role: 'viewer' });
    expect((await program.get('/v1/me')).body.role).toBe('viewer');
    expect((await program.patch('/v1/team', { name: 'Mine' })).body.code).toBe('ability-missing');
  });

  it('refuse the keys and sessions of a member who was removed', async () => {
    const ada = await here.given.owner();
    const grace = await here.given.member(ada, 'member');
    const { program } = await keyOf(grace);
    const session = there.bearing(grace.token);
    expect(await codeOf(session)).toBeUndefined();
    await ada.api.delete(`/v1/members/${grace.id}`);
    expect(await codeOf(program)).toBe('credential-invalid');
    expect(await codeOf(session)).toBe('credential-invalid');
  });

  it('hold keys to another plan with the next request', async () => {
    const ada = await here.given.owner();
    const { program } = await keyOf(ada);
    await here.given.onPlan(ada.teamId, 'free');
    expect(await codeOf(program)).toBe('plan-required');
    await here.given.onPlan(ada.teamId, 'starter');
    expect(await codeOf(program)).toBeUndefined();
  });

  it('answer a repeated request as the other instance answered the first', async () => {
    const ada = await here.given.owner();
    const project = { name: 'Checkout' };
    const first = await ada.api.post('/v1/projects', project, { 'idempotency-key': 'one' });
    const again = await there.bearing(ada.token).post('/v1/projects', project, { 'idempotency-key': 'one' });
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
  });

  it('keep to the plan together', async () => {
    const ada = await here.given.owner({ plan: 'starter' });
    const create = (api: HttpClient) =>
      api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:read'] });
    const instances = [ada.api, there.bearing(ada.token)];
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => create(instances[i % 2]!)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  });
});
