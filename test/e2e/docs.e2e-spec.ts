import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiDocument, Operation } from '../../src/docs/openapi.js';
import { NotFound } from '../../src/problems/common.problems.js';
import { problemTypes } from '../../src/problems/problem.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';

describe('what explains the API', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('is where / leads to', async () => {
    const { status, headers } = await app.anyone.get('/');
    expect([status, headers.location]).toEqual([302, '/docs']);
  });

  it.each(['/docs', '/openapi.json', '/problems', '/problems/not-found'])(
    'shows %s without a credential, with the headers of every answer',
    async (path) => {
      const { status, headers } = await app.anyone.get(path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'request-id': expect.any(String),
      });
    },
  );

  it.each(['/docs', '/problems', '/problems/not-found'])('runs no script that stands in %s', async (path) => {
    const { headers } = await app.anyone.get(path);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/);
  });

  it('is not part of the API it describes', async () => {
    const { body } = await app.anyone.get('/openapi.json');
    const paths = Object.keys((body as ApiDocument).paths);
    expect(paths.filter((path) => !/^\/(v1|health)\//.test(path))).toEqual([]);
  });

  it('tells of problems that have a page', async () => {
    const { body } = await app.anyone.get('/openapi.json');
    const answers = JSON.stringify((body as ApiDocument).components.responses);
    const codes = [...new Set([...answers.matchAll(/\(\/problems\/([\w-]+)\)/g)].map(([, code]) => code!))];
    expect(codes.filter((code) => !problemTypes.has(code))).toEqual([]);
  });

  it('names every operation after what it does', async () => {
    const { body } = await app.anyone.get('/openapi.json');
    const operations = Object.values((body as ApiDocument).paths).flatMap(Object.values) as Operation[];
    expect(operations.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(['createApiKey', 'listApiKeys', 'rotateCurrentApiKey', 'signIn', 'getMe']),
    );
  });

  it('is not sent again to whoever has the document', async () => {
    const { headers } = await app.anyone.get('/openapi.json');
    const again = await app.anyone.get('/openapi.json', { 'if-none-match': headers.etag! });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('has a page where the type of a problem leads to', async () => {
    const { body } = await app.anyone.get('/v1/me');
    const page = await app.anyone.get(new URL((body as { type: string }).type).pathname);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('has no page for a problem there is not', async () => {
    expectProblem(await app.anyone.get('/problems/nothing'), NotFound);
  });
});

describe('what explains the API, with DOCS=off', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ env: { DOCS: 'off' } });
  });
  afterAll(() => app.stop());

  it.each(['/', '/docs', '/docs/start.js', '/openapi.json', '/problems', '/problems/not-found'])(
    'is not there at %s',
    async (path) => {
      expectProblem(await app.anyone.get(path), NotFound);
    },
  );
});
