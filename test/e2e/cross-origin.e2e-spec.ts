import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { responseHeaders } from '../../src/docs/headers.js';
import { RateLimited } from '../../src/limits/limits.problems.js';
import { ProblemFilter } from '../../src/problems/problem.filter.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import type { Headers } from '../http-client.js';

const CONSOLE = 'https://console.example.com';
const EVIL = 'https://evil.example';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({
    env: {
      CORS_ORIGINS: `${CONSOLE}, http://localhost:5173/`,
      RATE_LIMIT: 'on',
      TRUSTED_PROXIES: '127.0.0.1',
    },
  });
});
afterAll(() => app.stop());

const from = (origin: string, more: Headers = {}) => ({ origin, ...more });
const preflight = (origin: string, path: string, more: Headers = {}) =>
  app.anyone.send(
    'OPTIONS',
    path,
    undefined,
    from(origin, { 'access-control-request-method': 'PATCH', ...more }),
  );

describe('a page of an origin of CORS_ORIGINS', () => {
  it.each([CONSOLE, 'http://localhost:5173'])('from %s may read what the API answers', async (origin) => {
    const ada = await app.given.owner();
    const answers = [
      await ada.api.get('/v1/me', from(origin)),
      await ada.api.patch('/v1/team', {}, from(origin, { 'if-match': '"x"' })),
      await app.anyone.get('/v1/me', from(origin)),
      await app.anyone.get('/v1/nope', from(origin)),
      await app.anyone.post('/v1/auth/sign-in', '{', from(origin)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 412, 401, 404, 400]);
    for (const { headers } of answers) {
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['vary']).toBe('Origin');
    }
  });

  it('may read every header that the API document tells of', async () => {
    const { headers } = await app.anyone.get('/v1/me', from(CONSOLE));
    expect(headers['access-control-expose-headers']!.split(', ').toSorted()).toEqual(
      Object.keys(responseHeaders).toSorted(),
    );
  });

  it('is told before it sends what it may send, without a credential', async () => {
    const { status, headers, text } = await preflight(CONSOLE, '/v1/team');
    expect([status, text]).toEqual([204, '']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': CONSOLE,
      'access-control-allow-methods': 'GET, HEAD, PATCH',
      'access-control-allow-headers':
        'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Request-Id',
      'access-control-max-age': '7200',
    });
  });

  it('is told of an address there is not what everybody is told', async () => {
    expect((await preflight(CONSOLE, '/v1/nope')).status).toBe(404);
    expect((await app.anyone.send('OPTIONS', '/v1/me', undefined, from(CONSOLE))).status).toBe(405);
  });

  it('has its address looked up among all routes before a request, and not with it', async () => {
    const methodsOf = jest.spyOn(app.get(ProblemFilter), 'methodsOf');
    await app.anyone.get('/v1/me', from(CONSOLE));
    expect(methodsOf).not.toHaveBeenCalled();
    await preflight(CONSOLE, '/v1/team');
    expect(methodsOf).toHaveBeenCalledTimes(1);
    methodsOf.mockRestore();
  });

  it('asks beforehand 300 times a minute and address at most', async () => {
    const ask = (ip: string) => preflight(CONSOLE, '/v1/team', { 'x-forwarded-for': ip });
    for (let i = 0; i < 300; i += 1) await ask('203.0.113.1');
    const answer = await ask('203.0.113.1');
    expectProblem(answer, RateLimited, { retryAfter: expect.any(Number) });
    expect(answer.headers['access-control-allow-origin']).toBe(CONSOLE);
    expect((await ask('203.0.113.2')).status).toBe(204);
  });
});

describe('a page of another origin', () => {
  it.each([EVIL, 'null', `${CONSOLE}.evil.example`, 'http://console.example.com', `${CONSOLE}:8443`, ''])(
    'from %p may read nothing of the API',
    async (origin) => {
      for (const answer of [
        await app.anyone.get('/v1/me', from(origin)),
        await preflight(origin, '/v1/team'),
      ]) {
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
        expect(answer.headers['vary']).toBe('Origin');
      }
      expect((await preflight(origin, '/v1/team')).status).toBe(405);
    },
  );

  it('may read the API document, and no other page', async () => {
    const { status, headers } = await app.anyone.get('/openapi.json', from(EVIL));
    expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
    for (const path of ['/docs', '/metrics', '/problems'])
      expect((await app.anyone.get(path, from(EVIL))).headers['access-control-allow-origin']).toBeUndefined();
  });
});
