import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
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

  it.each([
    ['/', '/docs'],
    ['/docs/', '/docs'],
    ['/problems/', '/problems'],
  ])('is where %s leads to', async (from, to) => {
    const { status, headers } = await app.anyone.get(from);
    expect([status, headers.location]).toEqual([302, to]);
  });

  /** The bytes of an answer, and what its headers say of them. `fetch` would undo the compression. */
  async function bytesOf(path: string, accept: string, more: Record<string, string> = {}) {
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      request(app.origin + path, { headers: { 'accept-encoding': accept, ...more } }, resolve)
        .on('error', reject)
        .end(),
    );
    return { status: response.statusCode, headers: response.headers, bytes: await buffer(response) };
  }

  const scriptOf = async () => /src="([^"]+bundle.js)"/.exec((await app.anyone.get('/docs')).text)![1]!;

  it('goes out compressed as the caller likes it, each coding with its tag', async () => {
    for (const path of ['/openapi.json', '/problems', await scriptOf()]) {
      const plain = await bytesOf(path, 'identity');
      expect(plain.headers['content-encoding']).toBeUndefined();
      const tags = new Set([plain.headers.etag]);
      for (const [accept, coding, decode] of [
        ['gzip, deflate, br', 'br', brotliDecompressSync],
        ['gzip', 'gzip', gunzipSync],
      ] as const) {
        const { headers, bytes } = await bytesOf(path, accept);
        expect(headers['content-encoding']).toBe(coding);
        expect(headers['vary']).toContain('Accept-Encoding');
        expect(Number(headers['content-length'])).toBe(bytes.length);
        expect(decode(bytes).equals(plain.bytes)).toBe(true);
        expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
        tags.add(headers.etag);
        const again = await bytesOf(path, accept, { 'if-none-match': headers.etag! });
        expect([again.status, again.bytes.length]).toEqual([304, 0]);
        const head = await app.anyone.send('HEAD', path, undefined, { 'accept-encoding': accept });
        expect([head.status, head.headers.etag]).toEqual([200, headers.etag]);
      }
      expect(tags.size).toBe(3);
    }
  });

  it('is kept by browsers: files for ever under their address, pages until they change', async () => {
    const cachedAs = async (path: string) => (await app.anyone.get(path)).headers['cache-control'];
    expect(await cachedAs(await scriptOf())).toBe('public, max-age=31536000, immutable');
    for (const path of ['/docs', '/openapi.json', '/problems', '/problems/not-found'])
      expect(await cachedAs(path)).toBe('no-cache');
  });

  it('holds the conditions of a reader', async () => {
    const stale = await app.anyone.get('/openapi.json', { 'if-match': '"x"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
    expect((await app.anyone.get('/openapi.json', { 'if-match': '*' })).status).toBe(200);
  });

  it('alone is compressed: no answer of the API is, which may hold a token beside what a caller sent', async () => {
    const ada = await app.given.owner();
    const headers = { 'accept-encoding': 'gzip, br' };
    const answers = [
      await ada.api.get('/v1/me', headers),
      await ada.api.get('/v1/abilities', headers),
      await ada.api.get(`/v1/nope/${'x'.repeat(3_000)}`, headers),
      await ada.api.post('/v1/api-keys', { name: 'x'.repeat(100), abilities: ['monitors:read'] }, headers),
    ];
    expect(answers.map((answer) => answer.headers['content-encoding'])).toEqual(answers.map(() => undefined));
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

  it.each([
    '/',
    '/docs',
    '/docs/',
    '/docs/assets/x/start.js',
    '/openapi.json',
    '/problems',
    '/problems/not-found',
  ])('is not there at %s', async (path) => {
    expectProblem(await app.anyone.get(path), NotFound);
  });
});
