import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialRevoked, SessionRequired, TooManyFailures } from '../../src/auth/auth.problems.js';
import { PasswordWrong } from '../../src/accounts/accounts.problems.js';
import { SignInRefused } from '../../src/sessions/sessions.problems.js';
import { PreconditionFailed, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { PASSWORD } from '../given.js';

let app: TestApp;
let counter = 0;
const NEW_PASSWORD = 'two loud pelicans dive';

async function signUp() {
  const email = `ada.${(counter += 1)}@example.com`;
  const { body } = await app.anyone.post('/v1/auth/sign-up', {
    name: 'Ada Lovelace',
    email,
    password: PASSWORD,
  });
  return { email, id: body.user.id as string, token: body.token as string, api: app.bearing(body.token) };
}
const signIn = (email: string, password: string) => app.anyone.post('/v1/auth/sign-in', { email, password });

describe('/v1/account', () => {
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('is what one sees of oneself, and holds no password', async () => {
    const ada = await signUp();
    const { status, headers, body } = await ada.api.get('/v1/account');
    expect(status).toBe(200);
    expect(headers['etag']).toMatch(/^"[\w-]+\.[\w-]+"$/);
    expect(body).toEqual({
      id: ada.id,
      name: 'Ada Lovelace',
      email: ada.email,
      timeZone: 'UTC',
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it('is closed to keys', async () => {
    const key = await app.given.key(await app.given.owner());
    for (const answer of [
      await key.api.get('/v1/account'),
      await key.api.patch('/v1/account', { name: 'Eve' }),
      await key.api.put('/v1/account/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    ])
      expectProblem(answer, SessionRequired);
  });

  it('takes another name and time zone, and records what changed', async () => {
    const ada = await app.given.owner();

    const { status, body } = await ada.api.patch('/v1/account', {
      name: ' Ada King ',
      timeZone: 'Europe/Rome',
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'Ada King', timeZone: 'Europe/Rome', email: ada.email });
    expect((await ada.api.get('/v1/account')).body).toEqual(body);
    expect((await app.given.log(ada, '&action=user.updated'))[0]).toMatchObject({
      target: { type: 'user', id: ada.id, name: 'Ada King' },
      changes: [
        { field: 'name', from: 'Ada Lovelace', to: 'Ada King' },
        { field: 'timeZone', from: 'UTC', to: 'Europe/Rome' },
      ],
    });
  });

  it('leaves what is not named as it is', async () => {
    const ada = await app.given.owner();
    await ada.api.patch('/v1/account', { timeZone: 'Europe/Rome' });
    expect((await ada.api.patch('/v1/account', {})).body).toMatchObject({
      name: 'Ada Lovelace',
      timeZone: 'Europe/Rome',
    });
  });

  it.each([
    [{ timeZone: 'Europe/Atlantis' }, '/timeZone'],
    [{ timeZone: '+02:00' }, '/timeZone'],
    [{ name: '' }, '/name'],
    [{ name: null }, '/name'],
    [{ email: 'eve@example.com' }, '/email'],
    [{ id: 'usr_1' }, '/id'],
  ])('refuses %p', async (input, pointer) => {
    const ada = await app.given.owner();
    const answer = await ada.api.patch('/v1/account', input);
    expectProblem(answer, ValidationFailed, { errors: [expect.objectContaining({ pointer })] });
  });

  it('refuses a change of what was changed meanwhile', async () => {
    const ada = await app.given.owner();
    const { headers } = await ada.api.get('/v1/account');
    const ifMatch = { 'if-match': headers['etag']! };
    expect((await ada.api.patch('/v1/account', { name: 'First' }, ifMatch)).status).toBe(200);
    expectProblem(await ada.api.patch('/v1/account', { name: 'Second' }, ifMatch), PreconditionFailed);
    expect((await ada.api.get('/v1/account')).body.name).toBe('First');
  });
});

describe('PUT /v1/account/password', () => {
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const change = (api: { put: typeof app.anyone.put }, currentPassword: string, newPassword: string) =>
    api.put('/v1/account/password', { currentPassword, newPassword });

  it('refuses what is little more than the name or the address of whose it is', async () => {
    const ada = await signUp();
    for (const password of ['Ada Lovelace!', 'lovelace99', ada.email])
      expectProblem(await change(ada.api, PASSWORD, password), ValidationFailed, {
        errors: [{ pointer: '/newPassword', code: 'personal-password', message: expect.any(String) }],
      });
    expect((await signIn(ada.email, PASSWORD)).status).toBe(200);
  });

  it('sets another password, and the old one is no longer one', async () => {
    const ada = await signUp();
    expect((await change(ada.api, PASSWORD, NEW_PASSWORD)).status).toBe(200);
    expectProblem(await signIn(ada.email, PASSWORD), SignInRefused);
    expect((await signIn(ada.email, NEW_PASSWORD)).status).toBe(200);
  });

  it('ends every session and starts a new one', async () => {
    const ada = await signUp();
    const { body: other } = await signIn(ada.email, PASSWORD);

    const { body } = await change(ada.api, PASSWORD, NEW_PASSWORD);

    for (const token of [ada.token, other.token])
      expect((await app.bearing(token).get('/v1/me')).body.code).toBe('credential-revoked');
    expect((await app.bearing(body.token).get('/v1/me')).body.user.id).toBe(ada.id);
  });

  it('leaves API keys as they are', async () => {
    const ada = await signUp();
    const { body: key } = await ada.api.post('/v1/api-keys', { name: 'CI', abilities: ['*'] });
    await change(ada.api, PASSWORD, NEW_PASSWORD);
    expect((await app.bearing(key.token).get('/v1/me')).status).toBe(200);
  });

  it('is recorded without either password', async () => {
    const ada = await signUp();
    const { body } = await change(ada.api, PASSWORD, NEW_PASSWORD);
    const log = await app.bearing(body.token).get('/v1/audit-events');
    expect(log.body.data).toContainEqual(
      expect.objectContaining({
        action: 'user.password-changed',
        outcome: 'success',
        changes: [{ field: 'password', redacted: true }],
      }),
    );
    for (const password of [PASSWORD, NEW_PASSWORD]) expect(log.text).not.toContain(password);
  });

  it('refuses without the current one, changes nothing and records the attempt', async () => {
    const ada = await signUp();
    expectProblem(await change(ada.api, 'not it', NEW_PASSWORD), PasswordWrong);
    expect((await signIn(ada.email, PASSWORD)).status).toBe(200);
    const log = await ada.api.get('/v1/audit-events?action=user.password-changed');
    expect(log.body.data).toMatchObject([{ outcome: 'denied', actor: { id: ada.id } }]);
  });

  it('is done by one of two who change it at the same moment, and ends the session of the other', async () => {
    const ada = await signUp();
    const answers = await Promise.all(
      ['the first new one', 'the second new one'].map((password) => change(ada.api, PASSWORD, password)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    expectProblem(
      answers.find(({ status }) => status === 401)!,
      CredentialRevoked,
      {
        revokedAt: expect.any(String),
      },
    );
  });

  it.each(['password123', 'short', 'zebra'.repeat(26)])('refuses %p as a new one', async (newPassword) => {
    const ada = await signUp();
    const answer = await change(ada.api, PASSWORD, newPassword);
    expectProblem(answer, ValidationFailed, {
      errors: [expect.objectContaining({ pointer: '/newPassword' })],
    });
    expect((await ada.api.get('/v1/me')).status).toBe(200);
  });
});

describe('guessing the current password', () => {
  beforeAll(async () => {
    app = await TestApp.start({ env: { RATE_LIMIT: 'on' } });
  });
  afterAll(() => app.stop());

  it('ends after ten attempts, as at sign-in', async () => {
    const ada = await signUp();
    const guess = () =>
      ada.api.put('/v1/account/password', { currentPassword: 'not it', newPassword: NEW_PASSWORD });
    for (let i = 0; i < 10; i += 1) expectProblem(await guess(), PasswordWrong);
    expectProblem(await guess(), TooManyFailures, { retryAfter: expect.any(Number) });
    expectProblem(await signIn(ada.email, PASSWORD), TooManyFailures, { retryAfter: expect.any(Number) });
  });
});
