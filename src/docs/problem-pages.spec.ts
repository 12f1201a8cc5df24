import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import '../auth/auth.problems.js';
import type { Config } from '../config/config.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { problem } from '../problems/problem.js';
import { serveProblemPages } from './problem-pages.js';

let server: FastifyInstance;

beforeAll(() => {
  problem('test-markup', 400, 'A <b>title</b>', 'Send `<script>` & nothing else.');
  server = fastify();
  const config = { publicUrl: null, trustedProxies: [] as Config['trustedProxies'] } as Config;
  serveProblemPages(server, { prefix: '', publicUrl: null, problems: new ProblemFilter(config) });
});
afterAll(() => server.close());

const get = (url: string, accept = 'text/html') => server.inject({ url, headers: { accept } });

describe('GET /problems', () => {
  it('leads to every problem', async () => {
    expect((await get('/problems')).body).toContain('<a href="/problems/credential-missing">');
  });

  it('lists them for programs that ask for JSON', async () => {
    const { data } = (await get('/problems', 'application/json')).json<{ data: Array<{ code: string }> }>();
    expect(data.map(({ code }) => code)).toContain('credential-missing');
  });
});

describe('GET /problems/{code}', () => {
  it('shows the challenge', async () => {
    expect((await get('/problems/credential-missing')).body).toContain(
      'WWW-Authenticate: Bearer realm=&quot;pulseapi&quot;',
    );
  });

  it('tells programs the same', async () => {
    expect((await get('/problems/credential-missing', 'application/json')).json()).toMatchObject({
      code: 'credential-missing',
      status: 401,
      challenge: 'Bearer realm="pulseapi"',
      example: { code: 'credential-missing' },
    });
  });

  it('escapes everything', async () => {
    expect((await get('/problems/test-markup')).body).not.toMatch(/<b>|<script>/);
  });

  it('says to caches that the answer depends on what is accepted', async () => {
    expect((await get('/problems/credential-missing')).headers['vary']).toBe('Accept, Accept-Encoding');
  });

  it('is not found for a code that is none', async () => {
    const { statusCode, headers } = await get('/problems/constructor');
    expect([statusCode, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });
});
