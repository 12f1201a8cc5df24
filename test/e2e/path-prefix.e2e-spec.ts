import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiDocument } from '../../src/docs/openapi.js';
import { TestApp } from '../app.js';
import type { Person } from '../given.js';

const PUBLIC_URL = 'https://example.com/pulse';

let app: TestApp;
let ada: Person;
beforeAll(async () => {
  app = await TestApp.start({ env: { PUBLIC_URL } });
  ada = await app.given.owner();
});
afterAll(() => app.stop());

describe.each([
  ['that takes the prefix off', ''],
  ['that leaves the prefix on', '/pulse'],
])('a server under a path prefix, behind a proxy %s', (_, left) => {
  it('answers the API, and gives addresses as callers see them', async () => {
    const created = await ada.api.post(`${left}/v1/projects`, { name: `Project ${Math.random()}` });
    expect(created.status).toBe(201);
    expect(created.headers.location).toBe(`/pulse/v1/projects/${created.body.id}`);
    await ada.api.post(`${left}/v1/projects`, { name: `Project ${Math.random()}` });
    const { status, headers } = await ada.api.get(`${left}/v1/projects?limit=1`);
    expect([status, headers.link]).toEqual([
      200,
      expect.stringMatching(/^<\/pulse\/v1\/projects\?limit=1&cursor=/),
    ]);
  });

  it('tells of problems as callers see them', async () => {
    const { body } = await app.anyone.get(`${left}/v1/me?x=1`);
    expect(body).toMatchObject({
      type: `${PUBLIC_URL}/problems/credential-missing`,
      instance: '/pulse/v1/me',
    });
    expect((await app.anyone.get(`${left}/problems/credential-missing`)).text).toContain(
      'href="/pulse/problems"',
    );
  });

  it.each([
    ['/', '/pulse/docs'],
    ['/docs/', '/pulse/docs'],
  ])('leads from %s to Swagger UI', async (path, location) => {
    const { status, headers } = await app.anyone.get(left + path);
    expect([status, headers.location]).toEqual([302, location]);
  });

  it('serves Swagger UI with all its files', async () => {
    const { text } = await app.anyone.get(`${left}/docs`);
    const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      expect(file).toMatch(/^\/pulse\//);
      expect((await app.anyone.get(left + file.slice('/pulse'.length))).status).toBe(200);
    }
  });

  it('says in the API document where it is, and leads to its problem pages', async () => {
    const { body, text } = await app.anyone.get(`${left}/openapi.json`);
    expect((body as ApiDocument).servers).toEqual([expect.objectContaining({ url: PUBLIC_URL })]);
    expect(text).toContain('](/pulse/problems/');
    expect(text).not.toContain('](/problems');
  });

  it('answers health and metrics', async () => {
    for (const path of ['/health/live', '/metrics'])
      expect((await app.anyone.get(left + path)).status).toBe(200);
  });
});

describe('a server under a path prefix', () => {
  it('is reached at the prefix itself, and under no other one', async () => {
    expect((await app.anyone.get('/pulse')).headers.location).toBe('/pulse/docs');
    expect((await app.anyone.get('/pulse?x')).status).toBe(302);
    for (const path of ['/pulsex/v1/me', '/x/pulse/v1/me', '/pulse/pulse/v1/me'])
      expect((await app.anyone.get(path)).status).toBe(404);
  });
});
