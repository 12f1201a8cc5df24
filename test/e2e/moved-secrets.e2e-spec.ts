import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
import type { Key, Person } from '../given.js';

let app: TestApp;
let ada: Person;
/** Of a member, who may change monitors and have them checked. */
let thief: Key;
beforeAll(async () => {
  app = await TestApp.start();
  ada = await app.given.owner();
  const eve = await app.given.member(ada, 'member', 'Eve');
  thief = await app.given.key(eve, ['monitors:write', 'monitors:run']);
});
afterAll(() => app.stop());

const HOME = 'https://api.example.com/health';
const HEADERS = [
  { name: 'X-Key', value: 'canary-header' },
  { name: 'Accept', value: 'canary-accept' },
];
const bearer = { type: 'bearer', token: 'canary-token' };
const basic = { type: 'basic', username: 'ada', password: 'canary-password' };

async function monitor(auth: object): Promise<any> {
  const settings = { name: 'Checkout', url: HOME, headers: HEADERS, auth };
  const { body, text } = await ada.api.post('/v1/monitors', settings);
  if (!body.id) throw new Error(text);
  return body;
}

/** What a check of the monitor sends, as the thief has it made. */
async function sentBy(id: string): Promise<string> {
  const { status } = await thief.api.post(`/v1/monitors/${id}/checks`);
  expect(status).toBe(200);
  return JSON.stringify(app.prober.probes.at(-1));
}

const edit = (id: string, input: object) => thief.api.patch(`/v1/monitors/${id}`, input);

/** Edits after which somebody else than the owner's server could read what is sent. */
const elsewhere: ReadonlyArray<readonly [what: string, ...edits: object[]]> = [
  ['another host', { url: 'https://evil.example/' }],
  ['a host whose name begins alike', { url: 'https://api.example.com.evil.example/health' }],
  ['another port', { url: 'https://api.example.com:8443/health' }],
  ['an unencrypted connection', { url: 'http://api.example.com/health' }],
  ['an unverified certificate', { verifyTls: false }],
  [
    'another host, the headers named',
    { url: 'https://evil.example/', headers: [{ name: 'X-Key' }, { name: 'Accept' }] },
  ],
  ['another host, with auth of the same type', { url: 'https://evil.example/', auth: {} }],
  [
    'another host in two steps',
    { url: 'https://api.example.com/x', followRedirects: true },
    { url: 'https://evil.example/' },
  ],
  ['another host, as a POST with a body', { url: 'https://evil.example/', method: 'POST', body: '{}' }],
  [
    'an unencrypted connection after the certificate',
    { verifyTls: false },
    { url: 'http://api.example.com/' },
  ],
];

describe.each([
  ['bearer', bearer],
  ['basic', basic],
])('the secrets of a monitor with %s auth', (_, auth) => {
  it.each(elsewhere)('do not follow an edit that leads to %s', async (_what, ...edits) => {
    const { id } = await monitor(auth);
    for (const input of edits) expect((await edit(id, input)).status).toBe(200);
    expect(await sentBy(id)).not.toMatch(/canary|Authorization/i);
  });

  it.each([
    ['another path', { url: 'https://api.example.com/other' }],
    ['another spelling', { url: 'HTTPS://API.example.com:443/health' }],
    ['another method', { method: 'POST', body: 'x' }],
    ['redirections', { followRedirects: true }],
    ['another name', { name: 'Payment' }],
  ])('stay through an edit to %s', async (_what, input) => {
    const { id } = await monitor(auth);
    expect((await edit(id, input)).body.clearedSecrets).toEqual([]);
    const sent = await sentBy(id);
    for (const part of ['canary-header', 'canary-accept', 'Authorization']) expect(sent).toContain(part);
  });
});

describe('an edit that leads elsewhere', () => {
  it('says in its answer, and to whoever looks later, which secrets it cleared', async () => {
    const { id } = await monitor(bearer);
    const cleared = ['headers.X-Key', 'headers.Accept', 'auth.token'];
    const { body } = await edit(id, { url: 'https://api.example.org/' });
    expect(body).toMatchObject({
      clearedSecrets: cleared,
      headers: [
        { name: 'X-Key', value: null, isSet: false },
        { name: 'Accept', value: null, isSet: false },
      ],
      auth: { type: 'bearer', token: null, isSet: false },
    });
    expect((await ada.api.get(`/v1/monitors/${id}`)).body.clearedSecrets).toEqual(cleared);
  });

  it('says so in the audit log', async () => {
    const { id } = await monitor(basic);
    await edit(id, { url: 'https://api.example.org/' });
    const [event] = await app.given.log(ada, `&targetId=${id}&action=monitor.updated`);
    expect(event.changes).toEqual([
      { field: 'url', from: HOME, to: 'https://api.example.org/' },
      { field: 'headers.X-Key', redacted: true, cleared: true },
      { field: 'headers.Accept', redacted: true, cleared: true },
      { field: 'auth.password', redacted: true, cleared: true },
    ]);
  });

  it('does not give them back with the former address', async () => {
    const { id } = await monitor(bearer);
    await edit(id, { url: 'https://evil.example/' });
    await edit(id, { url: HOME, headers: [{ name: 'X-Key' }, { name: 'Accept' }] });
    expect(await sentBy(id)).not.toContain('canary');
  });

  it('keeps those it gives again, which are sent', async () => {
    const { id } = await monitor(bearer);
    const { body } = await edit(id, {
      url: 'https://api.example.org/',
      headers: [{ name: 'X-Key', value: 'new-header' }],
      auth: { token: 'new-token' },
    });
    expect(body).toMatchObject({ clearedSecrets: [], auth: { isSet: true } });
    const sent = await sentBy(id);
    expect(sent).toContain('new-header');
    expect(sent).toContain('Bearer new-token');
    expect(sent).not.toContain('canary');
  });

  it('leaves headers that were cleared out of the check, and takes them again later', async () => {
    const { id } = await monitor(bearer);
    await edit(id, { url: 'https://api.example.org/' });
    await sentBy(id);
    expect(app.prober.probes.at(-1)!.headers).toEqual([]);
    await edit(id, { headers: [{ name: 'X-Key', value: 'again' }, { name: 'Accept' }] });
    await sentBy(id);
    expect(app.prober.probes.at(-1)!.headers).toEqual([['X-Key', 'again']]);
  });

  it('takes one of them again while others stay cleared', async () => {
    const { id } = await monitor(basic);
    await edit(id, { url: 'https://api.example.org/' });
    const { body } = await edit(id, { auth: { password: 'new' } });
    expect(body.clearedSecrets).toEqual(['headers.X-Key', 'headers.Accept']);
  });
});

describe('redirections', () => {
  it('are followed again when none is expected any more, unless they were not wanted', async () => {
    const { body: wanted } = await ada.api.post('/v1/monitors', {
      name: 'A',
      url: HOME,
      expectedStatus: 301,
    });
    const { body: unwanted } = await ada.api.post('/v1/monitors', {
      name: 'B',
      url: HOME,
      expectedStatus: 301,
      followRedirects: false,
    });
    expect([wanted.followRedirects, unwanted.followRedirects]).toEqual([false, false]);
    const after = await Promise.all(
      [wanted, unwanted].map(({ id }) => ada.api.patch(`/v1/monitors/${id}`, { expectedStatus: 200 })),
    );
    expect(after.map(({ body }) => body.followRedirects)).toEqual([true, false]);
    const [event] = await app.given.log(ada, `&targetId=${wanted.id}&action=monitor.updated`);
    expect(event.changes).toEqual([
      { field: 'expectedStatus', from: 301, to: 200 },
      { field: 'followRedirects', from: false, to: true },
    ]);
  });
});
