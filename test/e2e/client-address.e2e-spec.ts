import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AddressNotAllowed, TooManyFailures } from '../../src/auth/auth.problems.js';
import { generateToken } from '../../src/crypto/token.js';
import { TestApp } from '../app.js';
import { expectProblem } from '../expect-problem.js';
import { PASSWORD } from '../given.js';
import type { Headers } from '../http-client.js';

let app: TestApp;

/** The address that the audit log has of a request with these headers. */
async function recordedIp(headers: Headers): Promise<string> {
  const person = await app.given.owner();
  const answer = await person.api.patch('/v1/team', { name: 'Engines' }, headers);
  expect(answer.status).toBe(200);
  return (await app.given.log(person, '&action=team.updated'))[0].context.ip;
}

describe('the address of a caller', () => {
  const lines: string[] = [];

  beforeAll(async () => {
    app = await TestApp.start({ env: { RATE_LIMIT: 'on' }, log: { write: (line) => lines.push(line) } });
  });
  afterAll(() => app.stop());

  const passedOn = (ip: string) => ({ 'x-forwarded-for': ip });

  it('is that of the connection', async () => {
    expect(await recordedIp({})).toBe('127.0.0.1');
  });

  it.each([
    ['x-forwarded-for', '203.0.113.7'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-for', ''],
    ['forwarded', 'for=203.0.113.7'],
    ['x-real-ip', '203.0.113.7'],
    ['cf-connecting-ip', '203.0.113.7'],
    ['true-client-ip', '203.0.113.7'],
    ['via', '1.1 proxy'],
    ['x-forwarded-scheme', 'https'],
    ['x-scheme', 'https'],
    ['x-azure-clientip', '203.0.113.7'],
    ['x-request-start', 't=1'],
  ])('is not known where a proxy nobody trusts passes on a request, with %s: %s', async (name, value) => {
    expect(await recordedIp({ [name]: value })).toBeNull();
  });

  it('opens the metrics of this machine to no one whose requests are passed on', async () => {
    expect((await app.anyone.get('/metrics')).status).toBe(200);
    for (const headers of [passedOn('8.8.8.8'), passedOn('127.0.0.1'), { forwarded: 'for=127.0.0.1' }])
      expect((await app.anyone.get('/metrics', headers)).status).toBe(404);
  });

  it('that is not known opens no key that may be used from 127.0.0.1 only', async () => {
    const ada = await app.given.owner();
    const { body } = await ada.api.post('/v1/api-keys', {
      name: 'CI',
      abilities: ['monitors:read'],
      allowedIps: ['127.0.0.1'],
    });
    const key = app.bearing(body.token);
    expect((await key.get('/v1/me')).status).toBe(200);
    expectProblem(await key.get('/v1/me', passedOn('127.0.0.1')), AddressNotAllowed, { clientIp: null });
  });

  it('that is not known is null in the list of sessions', async () => {
    const ada = await app.given.owner();
    const signedIn = await app.anyone.post(
      '/v1/auth/sign-in',
      { email: ada.email, password: PASSWORD },
      passedOn('203.0.113.7'),
    );
    const { body } = await app.bearing(signedIn.body.token).get('/v1/auth/sessions', passedOn('203.0.113.7'));
    expect(body.data.find(({ current }: any) => current).ip).toBeNull();
  });

  it('that fails and is not known stops neither who connects from there nor others that are passed on', async () => {
    const ada = await app.given.owner();
    const guess = () => app.bearing(generateToken('key')).get('/v1/me', passedOn('203.0.113.66'));
    for (let i = 0; i < 21; i += 1) await guess();
    expectProblem(await guess(), TooManyFailures, { retryAfter: expect.any(Number) });
    const signIn = (headers: Headers) =>
      app.anyone.post('/v1/auth/sign-in', { email: ada.email, password: PASSWORD }, headers);
    expect((await signIn({})).status).toBe(200);
    expect((await signIn(passedOn('203.0.113.9'))).status).toBe(200);
    expectProblem(await signIn(passedOn('203.0.113.66')), TooManyFailures, {
      retryAfter: expect.any(Number),
    });
  });

  it('that is not known is told to the operator once, with what to set', () => {
    const warnings = lines.filter((line) => line.includes('TRUSTED_PROXIES'));
    expect(warnings).toHaveLength(1);
    expect(JSON.parse(warnings[0]!)).toMatchObject({
      level: 'warn',
      msg: expect.stringContaining('127.0.0.1'),
    });
  });
});

describe('the address of a caller behind a trusted proxy', () => {
  beforeAll(async () => {
    app = await TestApp.start({ env: { TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' } });
  });
  afterAll(() => app.stop());

  it.each([
    ['the address the proxy saw', '203.0.113.7', '203.0.113.7'],
    ['the address the proxy saw, with a port', '203.0.113.7:51234', '203.0.113.7'],
    ['an IPv6 address with a port', '[2001:db8::1]:443', '2001:db8::1'],
    ['the last one, as those before it can be made up', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['the last one that is no trusted proxy', '198.51.100.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['an IPv6 address in its short form', '2001:DB8:0:0::0007', '2001:db8::7'],
    ['an IPv4 address within an IPv6 one', '::ffff:203.0.113.7', '203.0.113.7'],
    ['an address without its zone', `fe80::1%${'z'.repeat(500)}`, 'fe80::1'],
    ['unknown, and not the proxy', 'unknown', null],
    ['unknown where the proxy hides it', '_hidden', null],
    ['unknown instead of very much', 'x'.repeat(2000), null],
    ['unknown instead of nothing', '', null],
  ])('is %s', async (_, forwarded, ip) => {
    expect(await recordedIp({ 'x-forwarded-for': forwarded })).toBe(ip);
  });

  it('decides who may read the metrics', async () => {
    const read = (ip: string) => app.anyone.get('/metrics', { 'x-forwarded-for': ip });
    expect((await read('127.0.0.1')).status).toBe(200);
    for (const ip of ['203.0.113.7', 'unknown', '_hidden', '']) expect((await read(ip)).status).toBe(404);
  });

  it('does not change the scheme to one there is not', async () => {
    const typeWith = async (proto: string) =>
      (await app.anyone.get('/v1/me', { 'x-forwarded-proto': proto })).body.type;
    expect(await typeWith('https')).toMatch(/^https:\/\/127/);
    expect(await typeWith('javascript')).toMatch(/^http:\/\/127/);
  });
});

describe('a browser that came over https', () => {
  const policyOf = async (env: Record<string, string>, headers: Headers) => {
    app = await TestApp.start({ env });
    const { headers: answered } = await app.anyone.get('/health/live', headers);
    await app.stop();
    return answered['strict-transport-security'];
  };
  const proxy = { TRUSTED_PROXIES: '127.0.0.0/8' };
  const https = { 'x-forwarded-proto': 'https' };

  it('is told to go on so, for this name and no other', async () => {
    expect(await policyOf(proxy, https)).toBe('max-age=31536000');
    expect(await policyOf(proxy, { 'x-forwarded-proto': 'http' })).toBeUndefined();
    expect(await policyOf({}, https)).toBeUndefined();
  });

  it('is told so for all names below where the operator asks for that', async () => {
    const value = await policyOf({ ...proxy, HSTS_SUBDOMAINS: 'on' }, https);
    expect(value).toBe('max-age=31536000; includeSubDomains');
  });
});
