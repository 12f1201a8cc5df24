import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../app.js';
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
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it.each([
    ['x-forwarded-for', '203.0.113.7'],
    ['forwarded', 'for=203.0.113.7'],
    ['x-real-ip', '203.0.113.7'],
    ['cf-connecting-ip', '203.0.113.7'],
    ['true-client-ip', '203.0.113.7'],
  ])('is that of the socket, whatever %s says', async (name, value) => {
    expect(await recordedIp({ [name]: value })).toBe('127.0.0.1');
  });
});

describe('the address of a caller behind a trusted proxy', () => {
  beforeAll(async () => {
    app = await TestApp.start({ env: { TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8' } });
  });
  afterAll(() => app.stop());

  it.each([
    ['the address the proxy saw', '203.0.113.7', '203.0.113.7'],
    ['the last one, as those before it can be made up', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['the last one that is no trusted proxy', '198.51.100.1, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['an IPv6 address', '2001:db8::7', '2001:db8::7'],
    ['an IPv6 address in its short form', '2001:DB8:0:0::0007', '2001:db8::7'],
    ['an IPv4 address within an IPv6 one', '::ffff:203.0.113.7', '203.0.113.7'],
    ['an address without its zone', `fe80::1%${'z'.repeat(500)}`, 'fe80::1'],
    ['the proxy instead of a word', 'here', '127.0.0.1'],
    ['the proxy instead of an address with a port', '203.0.113.7:4711', '127.0.0.1'],
    ['the proxy instead of very much', 'x'.repeat(2000), '127.0.0.1'],
    ['the proxy instead of nothing', '', '127.0.0.1'],
  ])('is %s', async (_, forwarded, ip) => {
    expect(await recordedIp({ 'x-forwarded-for': forwarded })).toBe(ip);
  });

  it('decides who may read the metrics', async () => {
    const read = (ip: string) => app.anyone.get('/metrics', { 'x-forwarded-for': ip });
    expect((await read('127.0.0.1')).status).toBe(200);
    expect((await read('203.0.113.7')).status).toBe(404);
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
