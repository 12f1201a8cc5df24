import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ability } from '../../src/auth/ability.js';
import {
  AbilityMissing,
  CredentialInvalid,
  CredentialMissing,
  CredentialRevoked,
  PlanRequired,
  TooManyFailures,
} from '../../src/auth/auth.problems.js';
import { Authenticator } from '../../src/auth/authenticator.js';
import { TokenLookup } from '../../src/auth/token-lookup.js';
import { RateLimited } from '../../src/limits/limits.problems.js';
import { generateToken } from '../../src/crypto/token.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Answer, Headers, HttpClient } from '../http-client.js';
import { RawConnection } from '../raw-connection.js';
import { MINUTE } from '../test-clock.js';

const { MonitorsRead, TeamRead } = Ability;

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ env: { RATE_LIMIT: 'on', TRUSTED_PROXIES: '127.0.0.0/8' } });
});
afterAll(() => app.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

const from = (ip: string) => ({ 'x-forwarded-for': ip });
const nowSeconds = () => app.clock.now().getTime() / 1000;

async function times(count: number, call: () => Promise<Answer>): Promise<Answer> {
  let last = await call();
  for (let i = 1; i < count; i += 1) last = await call();
  return last;
}

/** Lets no token be looked up before `count` requests wait for that. */
function lookUpOnceAllAreThere(count: number): void {
  const [authenticator, tokens] = [app.get(Authenticator), app.get(TokenLookup)];
  const authenticate = authenticator.authenticate.bind(authenticator);
  const find = tokens.find.bind(tokens);
  let come = 0;
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  jest.spyOn(authenticator, 'authenticate').mockImplementation((...request) => {
    if ((come += 1) === count) open();
    return authenticate(...request);
  });
  jest.spyOn(tokens, 'find').mockImplementation((...token) => opened.then(() => find(...token)));
}

/** What is left of a window, as both kinds of headers tell it. */
function remaining({ headers }: Answer): number {
  const left = Number(headers['x-ratelimit-remaining']);
  expect(headers['ratelimit']).toMatch(new RegExp(`;r=${left};`));
  return left;
}

describe('an API key', () => {
  it.each([
    ['starter', 120],
    ['professional', 600],
    ['team', 3000],
  ] as const)('has on the plan %s %i requests a minute, and is told so', async (plan, limit) => {
    const ada = await app.given.owner({ plan });
    const key = await app.given.key(ada);

    const { status, headers } = await key.api.get('/v1/me');

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(limit - 1),
      'ratelimit-policy': `"key";q=${limit};w=60`,
      ratelimit: `"key";r=${limit - 1};t=60`,
    });
    const reset = Number(headers['x-ratelimit-reset']);
    expect(Number.isInteger(reset)).toBe(true);
    expect(Math.abs(reset - nowSeconds() - 60)).toBeLessThan(2);
  });

  it('is stopped at one request more, and told for how long', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }));
    expect((await times(120, () => key.api.get('/v1/me'))).status).toBe(200);

    const answer = await key.api.get('/v1/me');

    expectProblem(answer, RateLimited, { retryAfter: expect.any(Number) });
    expect(answer.headers['retry-after']).toBe(String(answer.body.retryAfter));
    expect(answer.body.retryAfter).toBeGreaterThan(50);
    expect(answer.body.retryAfter).toBeLessThanOrEqual(60);
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(remaining(answer)).toBe(0);
  });

  it('has exactly its limit also when all requests come at once', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }));
    const answers = await Promise.all(Array.from({ length: 150 }, () => key.api.get('/v1/abilities')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(120);
  });

  it('has a window that begins with its first request, is not pushed on, and ends', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }));
    const first = await key.api.get('/v1/me');
    app.clock.advance(MINUTE / 2);
    const second = await times(119, () => key.api.get('/v1/me'));
    expect(second.headers['x-ratelimit-reset']).toBe(first.headers['x-ratelimit-reset']);
    app.clock.advance(MINUTE / 2 - 5_000);
    expect((await key.api.get('/v1/me')).status).toBe(429);
    expect((await key.api.get('/v1/me')).body.retryAfter).toBeLessThanOrEqual(5);
    app.clock.advance(5_000);
    const next = await key.api.get('/v1/me');
    expect([next.status, remaining(next)]).toEqual([200, 119]);
  });

  it('does not use up the window of another one, nor of a session', async () => {
    const ada = await app.given.owner({ plan: 'starter' });
    const [key, other] = [await app.given.key(ada), await app.given.key(ada)];
    await times(121, () => key.api.get('/v1/me'));
    expect(remaining(await other.api.get('/v1/me'))).toBe(119);
    expect((await ada.api.get('/v1/me')).status).toBe(200);
  });

  it('keeps its window when its token is rotated', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }));
    await times(100, () => key.api.get('/v1/me'));
    const { body } = await key.api.post('/v1/api-keys/current/rotate');
    expect(remaining(await app.bearing(body.token).get('/v1/me'))).toBe(18);
  });

  it('is counted and told how its window stands when it is refused for another reason', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }), [MonitorsRead]);
    await key.api.get('/v1/me');
    const answer = await key.api.get('/v1/team');
    expectProblem(answer, AbilityMissing, { required: [TeamRead], missing: [TeamRead] });
    expect(answer.headers).toMatchObject({
      'x-ratelimit-limit': '120',
      'x-ratelimit-remaining': '118',
      'x-ratelimit-reset': expect.any(String),
      'ratelimit-policy': '"key";q=120;w=60',
      ratelimit: expect.stringMatching(/^"key";r=118;t=\d+$/),
    });
  });

  it('begins a whole window when its last one is over', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }), [MonitorsRead]);
    await times(3, () => key.api.get('/v1/me'));
    app.clock.advance(2 * MINUTE);
    const answer = await key.api.get('/v1/team');
    expect([answer.status, remaining(answer)]).toEqual([403, 119]);
    expect(answer.headers['ratelimit']).toBe('"key";r=119;t=60');
  });

  it('is counted before anything is done, whatever it is refused for', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }), [MonitorsRead]);
    const refused = [
      await key.api.get('/v1/team'),
      await key.api.post('/v1/monitors', { name: 'x' }),
      await key.api.get('/v1/monitors/mon_x'),
      await key.api.get('/v1/monitors?limit=0'),
      await key.api.get('/v1/monitors?colour=red'),
      await key.api.get('/v1/auth/sessions'),
      await key.api.get('/v1/monitors', { 'if-match': '"x"' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 404, 422, 422, 403, 412]);
    expect(refused.map(remaining)).toEqual([119, 118, 117, 116, 115, 114, 113]);
  });

  it('is stopped by what it is refused, and does no more work then', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'starter' }), [MonitorsRead]);
    expect((await times(120, () => key.api.get('/v1/team'))).status).toBe(403);
    expectProblem(await key.api.get('/v1/team'), RateLimited, { retryAfter: expect.any(Number) });
  });

  it('is refused on the plan free for the plan, and not for a limit of 0', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await app.given.onPlan(ada.teamId, 'free');
    const answer = await key.api.get('/v1/me');
    expectProblem(answer, PlanRequired, { plan: 'free', requiredPlan: 'starter' });
    expect(remaining(answer)).toBe(59);
  });

  it('has the limit of another plan from the next request on', async () => {
    const ada = await app.given.owner({ plan: 'starter' });
    const key = await app.given.key(ada);
    await times(121, () => key.api.get('/v1/me'));
    await app.given.onPlan(ada.teamId, 'professional');
    expect((await key.api.get('/v1/me')).headers['x-ratelimit-limit']).toBe('600');
  });

  it('is told on answers that have no body and on those that hold a problem', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    const { headers } = await key.api.get('/v1/team');
    for (const answer of [
      await key.api.get('/v1/team', { 'if-none-match': headers['etag']! }),
      await key.api.get('/v1/api-keys/key_nope'),
      await key.api.patch('/v1/team', { name: '' }),
    ])
      expect(remaining(answer)).toBeGreaterThan(0);
  });
});

describe('a session', () => {
  it('has 600 requests a minute on every plan', async () => {
    const ada = await app.given.owner({ plan: 'free' });
    const first = await ada.api.get('/v1/abilities');
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit': '600',
      'ratelimit-policy': '"session";q=600;w=60',
    });
    const last = await times(remaining(first), () => ada.api.get('/v1/abilities'));
    expect([last.status, remaining(last)]).toEqual([200, 0]);
    expectProblem(await ada.api.get('/v1/abilities'), RateLimited, { retryAfter: expect.any(Number) });
  });
});

describe('a public route', () => {
  const call = (ip: string) => app.anyone.post('/v1/auth/sign-up', {}, from(ip));

  it('answers an address 60 times a minute, and others all the same', async () => {
    expect((await times(60, () => call('203.0.113.10'))).status).toBe(422);
    expectProblem(await call('203.0.113.10'), RateLimited, { retryAfter: expect.any(Number) });
    expect((await call('203.0.113.11')).status).toBe(422);
    app.clock.advance(MINUTE);
    expect((await call('203.0.113.10')).status).toBe(422);
  });

  it('counts the addresses of one IPv6 /64 together', async () => {
    for (let i = 1; i <= 60; i += 1) await call(`2001:db8:0:1::${i}`);
    expectProblem(await call('2001:db8:0:1:ffff::'), RateLimited, { retryAfter: expect.any(Number) });
    expect((await call('2001:db8:0:2::1')).status).toBe(422);
  });

  it.each(['/health/live', '/health/ready', '/metrics'])('is never limited where it is %s', async (path) => {
    expect((await times(100, () => app.anyone.get(path))).status).toBe(200);
  });
});

describe('what is refused before it is known who calls', () => {
  const LIMIT = 300;
  const refusals: Array<[string, string, (headers: Headers) => Promise<Answer>]> = [
    ['without a credential', '203.0.113.40', (headers) => app.anyone.get('/v1/me', headers)],
    ['to no route', '203.0.113.41', (headers) => app.anyone.get('/v1/nope', headers)],
    ['with a wrong method', '203.0.113.42', (headers) => app.anyone.put('/v1/me', {}, headers)],
    ['with a broken body', '203.0.113.43', (headers) => app.anyone.post('/v1/projects', '{', headers)],
    [
      'with a body of another type',
      '203.0.113.44',
      (headers) => app.anyone.post('/v1/projects', 'x', { ...headers, 'content-type': 'text/plain' }),
    ],
  ];

  it.each(refusals)('is limited by address: requests %s', async (_, ip, call) => {
    expect((await times(LIMIT, () => call(from(ip)))).status).toBeLessThan(429);
    const answer = await call(from(ip));
    expectProblem(answer, RateLimited, { retryAfter: expect.any(Number) });
    expect(answer.headers['retry-after']).toBe(String(answer.body.retryAfter));
    expect((await call(from('203.0.113.48'))).status).not.toBe(429);
    app.clock.advance(MINUTE);
    expect((await call(from(ip))).status).not.toBe(429);
  });

  it('is limited together with all at once, to the exact number', async () => {
    const answers = await Promise.all(
      Array.from({ length: LIMIT + 50 }, () => app.anyone.get('/v1/nope', from('203.0.113.45'))),
    );
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(LIMIT);
  });

  it('stops no token from the same address that has just worked, unless it is its own', async () => {
    const key = await app.given.key(await app.given.owner());
    const ip = from('203.0.113.46');
    await key.api.get('/v1/me', ip);
    await times(LIMIT + 1, () => app.anyone.get('/v1/nope', ip));
    expect((await key.api.get('/v1/me', ip)).status).toBe(200);
    await times(LIMIT, () => key.api.get('/v1/nope', ip));
    expectProblem(await key.api.get('/v1/me', ip), RateLimited, { retryAfter: expect.any(Number) });
  });

  it('is nothing that a good token has running', async () => {
    const key = await app.given.key(await app.given.owner({ plan: 'team' }));
    const ip = from('203.0.113.49');
    await key.api.get('/v1/me', ip);
    lookUpOnceAllAreThere(LIMIT + 50);
    const answers = await Promise.all(Array.from({ length: LIMIT + 50 }, () => key.api.get('/v1/me', ip)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('is nothing that its sender gave up', async () => {
    const ip = '203.0.113.50';
    for (let i = 0; i < LIMIT; i += 1) {
      const connection = await RawConnection.open(Number(new URL(app.origin).port));
      connection.send(
        `POST /v1/projects HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${ip}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`,
      );
      await connection.receive(/100 Continue/);
      connection.close();
    }
    expect((await app.anyone.get('/v1/nope', from(ip))).status).toBe(404);
  });

  it('does not stop the health checks and metrics of machines', async () => {
    const ip = from('127.0.0.9');
    await times(LIMIT + 1, () => app.anyone.get('/v1/nope', ip));
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect((await app.anyone.get(path, ip)).status).toBe(200);
  });

  it('is nothing that succeeds', async () => {
    const ip = from('203.0.113.47');
    expect((await times(LIMIT + 10, () => app.anyone.get('/docs', ip))).status).toBe(200);
    expect((await app.anyone.get('/v1/nope', ip)).status).toBe(404);
  });
});

describe('bad tokens from an address', () => {
  const guess = (ip: string) => app.bearing(generateToken('key')).get('/v1/me', from(ip));
  const use = (api: HttpClient, ip: string) => api.get('/v1/me', from(ip));

  it('are refused unseen after 20 a minute, until the minute is over', async () => {
    expectProblem(await times(20, () => guess('203.0.113.20')), CredentialInvalid);
    const before = app.statements.count;
    const answer = await guess('203.0.113.20');
    expectProblem(answer, TooManyFailures, { retryAfter: expect.any(Number) });
    expect(answer.headers['retry-after']).toBe(String(answer.body.retryAfter));
    expect(answer.headers['www-authenticate']).toBeUndefined();
    expect(app.statements.count).toBe(before);
    app.clock.advance(MINUTE);
    expectProblem(await guess('203.0.113.20'), CredentialInvalid);
  });

  it('count all the same when they come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => guess('203.0.113.21')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('that are mistyped count too', async () => {
    const mistyped = () => use(app.bearing('pulse_key_x'), '203.0.113.22');
    expectProblem(await times(20, mistyped), CredentialInvalid);
    expectProblem(await mistyped(), TooManyFailures, { retryAfter: expect.any(Number) });
  });

  it('do not stop a credential from the same address that has just worked', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await use(key.api, '203.0.113.23');
    await times(21, () => guess('203.0.113.23'));
    expect((await use(key.api, '203.0.113.23')).status).toBe(200);
  });

  it('stop one from the same address that has not been seen yet, and no other address', async () => {
    const ada = await app.given.owner();
    await times(21, () => guess('203.0.113.24'));
    expectProblem(await use(ada.api, '203.0.113.24'), TooManyFailures, { retryAfter: expect.any(Number) });
    expect((await use(ada.api, '203.0.113.25')).status).toBe(200);
  });

  it('stop a credential that worked and was revoked', async () => {
    const ada = await app.given.owner();
    const key = await app.given.key(ada);
    await use(key.api, '203.0.113.26');
    await ada.api.delete(`/v1/api-keys/${key.id}`);
    expectProblem(await times(21, () => use(key.api, '203.0.113.26')), CredentialRevoked, {
      revokedAt: expect.any(String),
    });
    expectProblem(await use(key.api, '203.0.113.26'), TooManyFailures, { retryAfter: expect.any(Number) });
  });

  it('count together when they come from one IPv6 /64', async () => {
    for (let i = 1; i <= 20; i += 1) await guess(`2001:db8:0:3::${i}`);
    const answer = await guess('2001:db8:0:3:ffff::');
    expectProblem(answer, TooManyFailures, { retryAfter: expect.any(Number) });
    expectProblem(await guess('2001:db8:0:4::1'), CredentialInvalid);
  });

  it('that are the same one count each when they come at once', async () => {
    const wrong = app.bearing(generateToken('key'));
    const answers = await Promise.all(Array.from({ length: 50 }, () => use(wrong, '203.0.113.28')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('are not the first requests of a good one that come at once', async () => {
    const key = await app.given.key(await app.given.owner());
    lookUpOnceAllAreThere(50);
    const answers = await Promise.all(Array.from({ length: 50 }, () => use(key.api, '203.0.113.29')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expectProblem(await times(20, () => guess('203.0.113.29')), CredentialInvalid);
  });

  it('are not requests without one', async () => {
    expectProblem(await times(30, () => app.anyone.get('/v1/me', from('203.0.113.27'))), CredentialMissing);
    expectProblem(await guess('203.0.113.27'), CredentialInvalid);
  });
});
