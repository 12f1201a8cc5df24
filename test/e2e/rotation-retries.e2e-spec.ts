import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialRevoked, TokenSuperseded } from '../../src/auth/auth.problems.js';
import { IdempotencyInProgress } from '../../src/limits/limits.problems.js';
import { Transactions } from '../../src/database/transactions.js';
import { IdempotencyRecord } from '../../src/limits/idempotency-record.entity.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Key, Person } from '../given.js';
import type { Answer, HttpClient } from '../http-client.js';
import { operations } from '../operations.js';
import { perform } from '../perform.js';
import { newScene } from '../scene.js';
import { MINUTE } from '../test-clock.js';

/** A program that rotated its key and lost the answer has its old token, and nothing else to ask with. */
let app: TestApp;
let ada: Person;
let key: Key;
let first: Answer;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const PATH = '/v1/api-keys/current/rotate';
const retry = { 'idempotency-key': 'a rotation' };
const rotate = (api: HttpClient, body: object = {}, headers = retry) => api.post(PATH, body, headers);

beforeEach(async () => {
  ada = await app.given.owner();
  key = await app.given.key(ada);
  first = await rotate(key.api);
});

const expectRevoked = (answer: Answer) =>
  expectProblem(answer, CredentialRevoked, { revokedAt: expect.any(String) });

describe('a rotation that is repeated with its Idempotency-Key and the token that it ended', () => {
  it('is answered as before, and its token works', async () => {
    const again = await rotate(key.api);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.headers['cache-control']).toBe('no-store');
    expect((await app.bearing(again.body.token).get('/v1/me')).status).toBe(200);
    expect(await app.given.log(ada, '&action=api-key.rotated')).toHaveLength(1);
  });

  it('is no misuse that the audit log tells of', async () => {
    await rotate(key.api);
    expect(await app.given.log(ada, '&action=api-key.used-after-revocation')).toEqual([]);
  });

  it('is answered as before also under the id of the key', async () => {
    const other = await app.given.key(ada);
    const again = () => other.api.post(`/v1/api-keys/${other.id}/rotate`, {}, retry);
    const one = await again();
    expect([one.status, (await again()).text]).toEqual([200, one.text]);
  });

  it('is answered for ten minutes', async () => {
    app.clock.advance(10 * MINUTE - 1000);
    expect((await rotate(key.api)).text).toBe(first.text);
    app.clock.advance(1000);
    expectRevoked(await rotate(key.api));
  });

  it('is told to wait while the first answer is not there yet', async () => {
    const pending = { claimedAt: app.clock.now(), answer: null, answerExpiresAt: null };
    await app.get(Transactions).run(async ({ manager }) => {
      const [latest] = await manager.find(IdempotencyRecord, { order: { claimedAt: 'DESC' }, take: 1 });
      await manager.update(IdempotencyRecord, { digest: latest!.digest }, pending);
    });
    expectProblem(await rotate(key.api), IdempotencyInProgress, { retryAfter: 1 });
  });
});

describe('a token that was rotated away', () => {
  it.each([
    ['without an Idempotency-Key', {}, {}],
    ['with another Idempotency-Key', {}, { 'idempotency-key': 'another' }],
    ['with an Idempotency-Key that is none', {}, { 'idempotency-key': 'x'.repeat(129) }],
    ['with another body', { overlapSeconds: 60 }, retry],
  ])('rotates nothing %s', async (_, body, headers) => {
    expectRevoked(await key.api.post(PATH, body, headers));
  });

  it('gets no answer of a rotation that another token asked for', async () => {
    const second = await rotate(app.bearing(first.body.token), {}, { 'idempotency-key': 'the next one' });
    expect(second.status).toBe(200);
    expectRevoked(await rotate(key.api, {}, { 'idempotency-key': 'the next one' }));
  });

  it('gets no answer once its key is revoked', async () => {
    await ada.api.delete(`/v1/api-keys/${key.id}`);
    expectRevoked(await rotate(key.api));
  });

  it('gets no answer once its owner has left the team', async () => {
    const grace = await app.given.member(ada, 'member');
    const hers = await app.given.key(grace);
    await rotate(hers.api);
    await ada.api.delete(`/v1/members/${grace.id}`);
    expect((await rotate(hers.api)).body.code).toBe('credential-invalid');
  });

  it('gets no answer from an address its key may not be used from', async () => {
    await ada.api.patch(`/v1/api-keys/${key.id}`, { allowedIps: ['203.0.113.0/24'] });
    expectRevoked(await rotate(key.api));
  });

  it('gets no answer about another key that it rotated', async () => {
    const [maker, other] = [await app.given.key(ada), await app.given.key(ada, ['monitors:read'])];
    const rotateOther = () => maker.api.post(`/v1/api-keys/${other.id}/rotate`, {}, retry);
    expect((await rotateOther()).status).toBe(200);
    await ada.api.post(`/v1/api-keys/${maker.id}/rotate`);
    expectRevoked(await rotateOther());
  });

  it('does nothing else', async () => {
    const scene = await newScene(app);
    const made = await app.given.key(scene.owner);
    const once = { 'idempotency-key': 'for everything' };
    await made.api.post(PATH, {}, once);
    const others = operations.filter(({ isPublic, path }) => !isPublic && path !== PATH);
    const codes = [];
    for (const operation of others) {
      const { body } = await perform(operation, scene, made.api.with(once));
      codes.push([operation.id, body.code]);
    }
    expect(codes).toEqual(others.map(({ id }) => [id, 'credential-revoked']));
  });
});

describe('a token that lives on for an overlap', () => {
  const overlap = { overlapSeconds: 3600 };
  const once = { 'idempotency-key': 'while it lives on' };
  let successor: HttpClient;
  beforeEach(async () => {
    key = await app.given.key(ada);
    first = await rotate(key.api, overlap);
    successor = app.bearing(first.body.token);
  });

  it('is answered its own rotation again', async () => {
    const again = await rotate(key.api, overlap);
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  it.each([
    ['key', '/v1/api-keys', { name: 'Deploys', abilities: ['monitors:read'] }],
    [
      'secret',
      '/v1/notification-channels',
      { name: 'Pager', config: { type: 'webhook', url: 'https://hooks.example.com/x' } },
    ],
  ])('is not told the %s that its successor made', async (_, path, body) => {
    const made = await successor.post(path, body, once);
    expect(made.status).toBe(201);
    expectProblem(await key.api.post(path, body, once), TokenSuperseded);
    expect((await successor.post(path, body, once)).text).toBe(made.text);
  });

  it('is not told the token of another key that its successor rotated', async () => {
    const other = await app.given.key(ada, ['monitors:read']);
    const rotateOther = (api: HttpClient) => api.post(`/v1/api-keys/${other.id}/rotate`, {}, once);
    expect((await rotateOther(successor)).status).toBe(200);
    expectProblem(await rotateOther(key.api), TokenSuperseded);
    expect(await app.given.log(ada, '&action=api-key.rotated&outcome=denied')).toHaveLength(1);
  });

  it('is answered again what it made itself, and what holds no token', async () => {
    const create = () => key.api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:read'] }, once);
    const made = await create();
    expect([made.status, (await create()).text]).toEqual([201, made.text]);
    const plan = (api: HttpClient) => api.post('/v1/projects', { name: 'Engines' }, once);
    const project = await plan(successor);
    expect([project.status, (await plan(key.api)).text]).toEqual([201, project.text]);
  });

  it('has told its successor what it made', async () => {
    const create = (api: HttpClient) =>
      api.post('/v1/api-keys', { name: 'CI', abilities: ['monitors:read'] }, once);
    const made = await create(key.api);
    expect([made.status, (await create(successor)).text]).toEqual([201, made.text]);
  });
});
