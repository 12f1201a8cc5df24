import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EmailTaken } from '../../src/accounts/accounts.problems.js';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { Passwords } from '../../src/accounts/passwords.js';
import { SignInRefused, SignUpClosed } from '../../src/sessions/sessions.problems.js';
import { RateLimited } from '../../src/limits/limits.problems.js';
import { TooManyFailures } from '../../src/auth/auth.problems.js';
import { DatabaseTimeout } from '../../src/database/errors.js';
import { Unavailable, ValidationFailed } from '../../src/problems/common.problems.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { PASSWORD } from '../given.js';
import type { Headers } from '../http-client.js';
import { MINUTE } from '../test-clock.js';

let app: TestApp;
let counter = 0;

const newEmail = () => `ada.${(counter += 1)}@example.com`;
const signUp = (more: object = {}) =>
  app.anyone.post('/v1/auth/sign-up', {
    name: 'Ada Lovelace',
    email: newEmail(),
    password: PASSWORD,
    ...more,
  });
const signIn = (email: string, password: string, headers?: Headers) =>
  app.anyone.post('/v1/auth/sign-in', { email, password }, headers);

describe('POST /v1/auth/sign-up', () => {
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('creates an account with a team of its own, and signs in', async () => {
    const email = newEmail();
    const { status, headers, body } = await signUp({ email });

    expect(status).toBe(201);
    expect(headers['location']).toBe('/v1/account');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      token: expect.stringMatching(/^pulse_ses_[0-9A-Za-z]{49}$/),
      expiresAt: expect.any(String),
      user: {
        id: expect.stringMatching(/^usr_/),
        name: 'Ada Lovelace',
        email,
        timeZone: 'UTC',
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
      team: {
        id: expect.stringMatching(/^team_/),
        name: "Ada Lovelace's team",
        description: null,
        maxKeyLifetimeDays: null,
        plan: 'team',
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    });
    expect((await app.bearing(body.token).get(headers['location']!)).body).toEqual(body.user);
  });

  it('makes who signs up the owner of the team', async () => {
    const { body } = await signUp();
    expect((await app.bearing(body.token).get('/v1/me')).body).toMatchObject({
      role: 'owner',
      team: { id: body.team.id },
    });
  });

  it('records the account, the team and the session as the work of who signed up', async () => {
    const { body } = await signUp();
    const log = await app.bearing(body.token).get('/v1/audit-events');
    expect(log.body.data.map(({ action }: { action: string }) => action).toSorted()).toEqual([
      'alert-rule.created',
      'channel.created',
      'project.created',
      'session.created',
      'team.created',
      'user.created',
    ]);
    for (const { actor } of log.body.data) expect(actor).toMatchObject({ type: 'user', id: body.user.id });
  });

  it('takes an address once, however it is written', async () => {
    const email = newEmail();
    await signUp({ email });
    for (const again of [email, email.toUpperCase(), email.replace('ada', 'Ada')])
      expectProblem(await signUp({ email: again }), EmailTaken);
  });

  it('takes an address once when two sign up with it at the same moment', async () => {
    const email = newEmail();
    const answers = await Promise.all([signUp({ email }), signUp({ email: email.toUpperCase() })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  });

  it('leaves nothing behind when it refuses', async () => {
    const email = newEmail();
    await signUp({ email });
    const count = async () => (await app.dataSource.query('SELECT COUNT(*) AS n FROM teams'))[0].n;
    const before = await count();
    await signUp({ email });
    expect(await count()).toEqual(before);
  });

  it('takes an internationalised domain and its Punycode for one mailbox', async () => {
    const [local] = newEmail().split('@');
    const [unicode, ascii] = [`${local}@b\u00fccher.example`, `${local}@xn--bcher-kva.example`];
    const { body } = await signUp({ email: unicode });
    expect(body.user.email).toBe(unicode);
    expectProblem(await signUp({ email: ascii }), EmailTaken);
    for (const email of [unicode, ascii, unicode.toUpperCase()])
      expect((await signIn(email, PASSWORD)).status).toBe(200);
  });

  it('takes an address of a server without a domain', async () => {
    const [local] = newEmail().split('@');
    const email = `${local}@localhost`;
    expect((await signUp({ email })).status).toBe(201);
    expect((await signIn(email, PASSWORD)).status).toBe(200);
  });

  it.each([
    ['a name that shows nothing', { name: '\u2800' }, '/name', 'is-printable'],
    ['a name of marks alone', { name: '\u0301' }, '/name', 'is-visible'],
    ['their own name as a password', { password: 'lovelace1815' }, '/password', 'personal-password'],
    ['a repetition as a password', { password: 'hat!hat!hat!' }, '/password', 'predictable-password'],
    ['a printed password', { password: 'a difference engine' }, '/password', 'printed-password'],
  ])('refuses %s', async (_, more, pointer, code) => {
    expectProblem(await signUp(more), ValidationFailed, {
      errors: [{ pointer, code, message: expect.any(String) }],
    });
  });

  it('refuses a common password', async () => {
    expectProblem(await signUp({ password: 'password123' }), ValidationFailed, {
      errors: [{ pointer: '/password', code: 'common-password', message: expect.any(String) }],
    });
  });

  it.each([
    ['shorter than 8 characters', 'q8#xw2!'],
    ['of 7 emoji', '\u{1f989}\u{1f9c3}\u{1f3ba}\u{1f6b2}\u{1f33b}\u{1f9e6}\u{1f40c}'],
    ['longer than 128 code points', 'zebra crossing \u2764\ufe0f'.repeat(8)],
    ['longer than 128 characters', 'zebra'.repeat(26)],
  ])('refuses a password %s', async (_, password) => {
    expectProblem(await signUp({ password }), ValidationFailed, {
      errors: [{ pointer: '/password', code: 'is-length', message: expect.any(String) }],
    });
  });

  it('takes a password of 8 emoji', async () => {
    expect(
      (await signUp({ password: '\u{1f989}\u{1f9c3}\u{1f3ba}\u{1f6b2}\u{1f33b}\u{1f9e6}\u{1f40c}\u{1f4ce}' }))
        .status,
    ).toBe(201);
  });

  it('counts all 128 characters of a password', async () => {
    const email = newEmail();
    const password = 'zebra crossing '.repeat(9).slice(0, 128);

    expect((await signUp({ email, password })).status).toBe(201);

    expect((await signIn(email, password)).status).toBe(200);
    expectProblem(await signIn(email, `${password.slice(0, 127)}x`), SignInRefused);
    expectProblem(await signIn(email, password.slice(0, 127)), SignInRefused);
  });

  it.each([
    'ada',
    'ada@',
    '@example.com',
    'ada@127.0.0.1',
    'ada@exa mple.com',
    `${'a'.repeat(65)}@example.com`,
    'ad\u202ea@example.com',
    // One character that its normal form writes with 18: too long for where it is kept.
    `${'\ufdfa'.repeat(20)}@example.com`,
  ])('refuses %p as an e-mail address', async (email) => {
    const answer = await signUp({ email });
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, '/email']);
  });

  it('takes a name of 100 characters of any script, and cuts none in half for the team', async () => {
    const { status, body } = await signUp({ name: '\u{1f680}'.repeat(100) });
    expect(status).toBe(201);
    expect(body.user.name).toBe('\u{1f680}'.repeat(100));
    expect(body.team.name).toBe(`${'\u{1f680}'.repeat(73)}'s team`);
  });

  it('refuses a name that is longer than it counts', async () => {
    const answer = await signUp({ name: '\u2764\ufe0f'.repeat(100) });
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, '/name']);
  });

  it('never answers the password', async () => {
    const answers = [await signUp(), await signUp({ email: 'x' }), await signUp({ colour: PASSWORD })];
    for (const { text } of answers) expect(text).not.toContain(PASSWORD);
  });
});

describe('sign-up on a server that is closed', () => {
  beforeAll(async () => {
    app = await TestApp.start({ env: { SIGN_UP: 'closed', DEFAULT_PLAN: 'starter' } });
  });
  afterAll(() => app.stop());

  it('admits the first account and no other, also when two come at once', async () => {
    const answers = await Promise.all([signUp(), signUp()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 403]);
    expectProblem(
      answers.find(({ status }) => status === 403)!,
      SignUpClosed,
    );
    expect(answers.find(({ status }) => status === 201)!.body.team.plan).toBe('starter');
  });

  it('does not tell who has an account', async () => {
    const [{ email }] = await app.dataSource.query('SELECT email FROM users');
    const [known, unknown] = [await signUp({ email }), await signUp()];
    expectProblem(known, SignUpClosed);
    expect({ ...known.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  it('hashes no password of those it turns away', async () => {
    const hash = jest.spyOn(app.get(Passwords), 'hash');
    expectProblem(await signUp(), SignUpClosed);
    expect(hash).not.toHaveBeenCalled();
  });
});

describe('POST /v1/auth/sign-in', () => {
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('starts a session in the team last worked in', async () => {
    const email = newEmail();
    const { body: ada } = await signUp({ email });

    const { status, body } = await signIn(email, PASSWORD);

    expect(status).toBe(200);
    expect(body).toEqual({ ...ada, token: expect.any(String), expiresAt: expect.any(String) });
    expect(body.token).not.toBe(ada.token);
    expect((await app.bearing(body.token).get('/v1/me')).status).toBe(200);
  });

  it('leaves other sessions alone', async () => {
    const email = newEmail();
    const { body } = await signUp({ email });
    await signIn(email, PASSWORD);
    expect((await app.bearing(body.token).get('/v1/me')).status).toBe(200);
  });

  it('knows the address in whatever case it is written', async () => {
    const email = newEmail();
    await signUp({ email });
    expect((await signIn(email.toUpperCase(), PASSWORD)).status).toBe(200);
  });

  it('does not tell whether the address or the password is wrong', async () => {
    const email = newEmail();
    await signUp({ email });
    const verify = jest.spyOn(app.get(Passwords), 'verify');

    const [wrong, unknown] = [await signIn(email, 'not it'), await signIn(newEmail(), 'not it')];

    expectProblem(wrong, SignInRefused);
    expect({ ...wrong.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    expect(wrong.headers['www-authenticate']).toBe('Bearer realm="pulseapi"');
    expect(unknown.headers['www-authenticate']).toBe(wrong.headers['www-authenticate']);
    expect(verify.mock.calls).toEqual([
      [expect.stringMatching(/^\$argon2id\$/), 'not it'],
      [null, 'not it'],
    ]);
  });

  it("records a failed attempt in the log of the account's team", async () => {
    const email = newEmail();
    const { body } = await signUp({ email });

    await signIn(email, 'not it');

    const log = await app.bearing(body.token).get('/v1/audit-events?action=session.created&outcome=failed');
    expect(log.body.data).toMatchObject([
      {
        actor: { type: 'anonymous', id: null, name: null, via: null },
        target: { type: 'user', id: body.user.id },
        context: { ip: '127.0.0.1', route: '/v1/auth/sign-in' },
      },
    ]);
  });

  it('never answers or records the password', async () => {
    const email = newEmail();
    const { body } = await signUp({ email });
    const answers = [
      await signIn(email, PASSWORD),
      await signIn(email, `${PASSWORD}!`),
      await signIn(email, `${PASSWORD}\u0000`.repeat(9)),
      await app.bearing(body.token).get('/v1/audit-events'),
    ];
    for (const { text } of answers) expect(text).not.toContain(PASSWORD);
  });

  it('hashes a password again that was hashed with weaker parameters', async () => {
    const email = newEmail();
    const { body } = await signUp({ email });
    const stored = async () =>
      (await app.dataSource.query('SELECT passwordHash FROM users WHERE id = ?', [body.user.id]))[0]
        .passwordHash;
    const before = await stored();
    jest.spyOn(app.get(Passwords), 'isOutdated').mockReturnValue(true);

    expect((await signIn(email, PASSWORD)).status).toBe(200);

    expect(await stored()).not.toBe(before);
    expect((await signIn(email, PASSWORD)).status).toBe(200);
  });

  describe('with a password that is changed after it was looked at', () => {
    const NEW_PASSWORD = 'two loud pelicans dive';
    let email: string;
    let token: string;
    beforeEach(async () => {
      email = newEmail();
      const { body } = await signUp({ email });
      const passwords = app.get(Passwords);
      const verify = passwords.verify.bind(passwords);
      jest.spyOn(passwords, 'verify').mockImplementationOnce(async (hashed, password) => {
        const fits = await verify(hashed, password);
        const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
        token = (await app.bearing(body.token).put('/v1/account/password', change)).body.token;
        return fits;
      });
    });

    it('starts no session, and records the attempt', async () => {
      expectProblem(await signIn(email, PASSWORD), SignInRefused);
      const path = '/v1/audit-events?action=session.created&outcome=failed';
      expect((await app.bearing(token).get(path)).body.data).toHaveLength(1);
      expect((await app.bearing(token).get('/v1/auth/sessions')).body.data).toHaveLength(1);
    });

    it('does not bring the old password back by hashing it again', async () => {
      jest.spyOn(app.get(Passwords), 'isOutdated').mockReturnValueOnce(true);
      await signIn(email, PASSWORD);
      expect((await signIn(email, NEW_PASSWORD)).status).toBe(200);
    });
  });
});

describe('the lock-out after ten wrong passwords for one account from one address', () => {
  let email: string;
  const from = (ip: string) => ({ 'x-forwarded-for': ip });

  beforeAll(async () => {
    app = await TestApp.start({ env: { RATE_LIMIT: 'on', TRUSTED_PROXIES: '127.0.0.0/8' } });
    email = newEmail();
    await signUp({ email });
    for (let i = 0; i < 10; i += 1)
      expectProblem(await signIn(email, `wrong ${i}`, from('203.0.113.1')), SignInRefused);
  });
  afterAll(() => app.stop());

  it('does not even look at the right password', async () => {
    const verify = jest.spyOn(app.get(Passwords), 'verify');
    const answer = await signIn(email, PASSWORD, from('203.0.113.1'));
    expectProblem(answer, TooManyFailures, { retryAfter: expect.any(Number) });
    expect(answer.headers['retry-after']).toBe(String(answer.body.retryAfter));
    expect(answer.body.retryAfter).toBeGreaterThan(890);
    expect(answer.body.retryAfter).toBeLessThanOrEqual(900);
    expect(verify).not.toHaveBeenCalled();
  });

  it('leaves the account open from every other address', async () => {
    expect((await signIn(email, PASSWORD, from('203.0.113.2'))).status).toBe(200);
  });

  it('leaves other accounts open from the same address', async () => {
    const other = newEmail();
    await app.anyone.post(
      '/v1/auth/sign-up',
      { name: 'Grace', email: other, password: PASSWORD },
      from('203.0.113.3'),
    );
    expect((await signIn(other, PASSWORD, from('203.0.113.1'))).status).toBe(200);
  });

  it('is over after a quarter of an hour, though attempts went on', async () => {
    app.clock.advance(14 * MINUTE);
    expectProblem(await signIn(email, PASSWORD, from('203.0.113.1')), TooManyFailures, {
      retryAfter: expect.any(Number),
    });
    app.clock.advance(MINUTE);
    expect((await signIn(email, PASSWORD, from('203.0.113.1'))).status).toBe(200);
  });

  it('never comes from right passwords', async () => {
    for (let i = 0; i < 15; i += 1)
      expect((await signIn(email, PASSWORD, from('203.0.113.4'))).status).toBe(200);
  });

  it('does not come from attempts that were stopped for their address already', async () => {
    const ip = '203.0.113.7';
    for (let i = 0; i < 20; i += 1) await app.bearing('pulse_key_x').get('/v1/me', from(ip));
    for (let i = 0; i < 10; i += 1)
      expectProblem(await signIn(email, PASSWORD, from(ip)), TooManyFailures, {
        retryAfter: expect.any(Number),
      });
    app.clock.advance(MINUTE);
    expect((await signIn(email, PASSWORD, from(ip))).status).toBe(200);
  });

  it('never comes from passwords that nobody had time to look at', async () => {
    const busy = new RateLimited('Too many passwords are being checked.', { retryAfter: 1 });
    const verify = jest.spyOn(app.get(Passwords), 'verify').mockRejectedValue(busy);
    for (let i = 0; i < 11; i += 1)
      expectProblem(await signIn(email, PASSWORD, from('203.0.113.5')), RateLimited, { retryAfter: 1 });
    verify.mockRestore();
    expect((await signIn(email, PASSWORD, from('203.0.113.5'))).status).toBe(200);
  });

  it('never comes from a database that is away', async () => {
    const find = jest
      .spyOn(app.get(AccountsService), 'findByEmail')
      .mockRejectedValue(new DatabaseTimeout('too slow'));
    for (let i = 0; i < 11; i += 1)
      expectProblem(await signIn(email, PASSWORD, from('203.0.113.6')), Unavailable, { retryAfter: 5 });
    find.mockRestore();
    expect((await signIn(email, PASSWORD, from('203.0.113.6'))).status).toBe(200);
  });
});
