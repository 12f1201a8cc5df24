import { describe, expect, it } from '@jest/globals';
import { parseNetwork } from '../common/network.js';
import { clientOf, limitKey } from './client.js';

const PROXY = '10.0.0.1';
/** What proxies of all kinds add. */
const SIGNS = `
  forwarded forwarded-for x-forwarded x-forwarded-for-original x-original-forwarded-for x-forwarded-host
  x-forwarded-port x-forwarded-proto x-forwarded-scheme x-forwarded-ssl x-forwarded-server x-forwarded-prefix
  x-forwarded-by x-forwarded-client-cert via cdn-loop front-end-https x-scheme x-url-scheme x-script-name x-proto
  x-real-ip x-real-port client-ip x-client-ip x-clientip true-client-ip x-remote-addr x-cluster-client-ip
  x-proxyuser-ip proxy-client-ip wl-proxy-client-ip x-source-ip x-appengine-user-ip x-azure-clientip
  x-azure-socketip x-arr-ssl x-envoy-external-address cf-connecting-ip cf-connecting-ipv6 cf-ray fastly-client-ip
  fly-client-ip x-amzn-trace-id x-original-url x-original-host x-rewrite-url x-request-start x-queue-start
`.match(/\S+/g)!;

/** What callers send of themselves. */
const OWN = `
  host user-agent accept accept-encoding origin referer connection cookie dnt x-request-id request-id
  x-correlation-id traceparent tracestate idempotency-key if-match authorization content-length x-requested-with
  x-prometheus-scrape-timeout-seconds x-tooltip x-zip sec-fetch-site upgrade-insecure-requests priority
  access-control-request-headers
`.match(/\S+/g)!;

const trusted = ['10.0.0.0/8', '127.0.0.1', 'fd00::1'].map(parseNetwork);

const client = (peer: string | undefined, headers: Record<string, string>) =>
  clientOf({ headers, socket: { remoteAddress: peer } }, trusted);
const behindProxy = (forwardedFor: string) => client(PROXY, { 'x-forwarded-for': forwardedFor });

describe('a client that connects by itself', () => {
  it.each([
    ['8.8.8.8', '8.8.8.8'],
    ['::ffff:8.8.8.8', '8.8.8.8'],
    ['fe80::1%eth0', 'fe80::1'],
    ['192.168.0.7', '192.168.0.7'],
    [PROXY, PROXY],
  ])('from %s is known as %s', (peer, ip) => expect(client(peer, {}).ip).toBe(ip));

  it.each(OWN)('is known whatever its %s says', (name) =>
    expect(client('127.0.0.1', { [name]: 'x' }).ip).toBe('127.0.0.1'),
  );

  it('is unknown where the connection is gone', () => expect(client(undefined, {}).ip).toBeNull());
});

describe('a client behind a trusted proxy', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['"[2001:db8::1]:443"', '2001:db8::1'],
    ['2001:DB8:0:0::0007', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['198.51.100.1, 203.0.113.7:80, 10.1.2.3:4711', '203.0.113.7'],
    ['unknown, 203.0.113.7', '203.0.113.7'],
    ['10.1.2.3', '10.1.2.3'],
    ['10.9.9.9, 10.1.2.3', '10.9.9.9'],
  ])('that writes %s is known as %s', (header, ip) => expect(behindProxy(header).ip).toBe(ip));

  it.each([
    'unknown',
    '_hidden',
    '_SEVKISEK',
    'here',
    '',
    ' ',
    ',',
    '203.0.113.7:port',
    '203.0.113',
    '0313.0.0161.07',
    '[2001:db8::1',
    '2001:db8::1]:443',
    '198.51.100.1, unknown',
    'unknown, 10.1.2.3',
    'x'.repeat(2_000),
    '1.'.repeat(4_000),
    Array.from({ length: 100 }, () => '10.1.2.3').join(),
  ])('that writes %p is unknown', (header) => expect(behindProxy(header).ip).toBeNull());

  it.each(SIGNS)('that sends %s and no X-Forwarded-For is unknown', (name) =>
    expect(client(PROXY, { [name]: 'for=203.0.113.7' }).ip).toBeNull(),
  );
});

describe('a client behind a proxy that is not trusted', () => {
  it.each(SIGNS)('on this machine is unknown where that adds %s', (name) =>
    expect(clientOf({ headers: { [name]: 'x' }, socket: { remoteAddress: '127.0.0.1' } }, []).ip).toBeNull(),
  );

  const headers = { 'x-forwarded-for': '8.8.8.8' };

  it.each(['127.0.0.2', '::1', '::ffff:192.168.0.7', 'fd00::2', 'fe80::1%eth0', '169.254.0.1', '100.64.0.1'])(
    'at %s is unknown',
    (peer) => expect(client(peer, headers).ip).toBeNull(),
  );

  it('is whoever connects from a public address: nobody hides there by a header', () => {
    expect(client('9.9.9.9', headers)).toEqual(client('9.9.9.9', {}));
  });

  it('is counted apart from the proxy, by what it says, and with all others of the proxy', () => {
    const [one, other] = ['8.8.8.8', '8.8.4.4'].map(
      (ip) => client('192.168.0.7', { 'x-forwarded-for': ip }).counted,
    );
    expect(new Set([one!.own, other!.own, client('192.168.0.7', {}).counted.own]).size).toBe(3);
    expect(one!.shared).toBe(other!.shared);
    expect(one!.shared).not.toBeNull();
  });

  it('names counters of a bounded length', () => {
    const { own } = client('192.168.0.7', { 'x-forwarded-for': 'x'.repeat(9_000) }).counted;
    expect(own.length).toBeLessThan(100);
  });
});

describe('limitKey()', () => {
  it('leaves an IPv4 address as it is', () => expect(limitKey('192.0.2.1')).toBe('192.0.2.1'));

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['::1', '::2'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
  ])('is the same for %s and %s, which are of one /64', (one, other) => {
    expect(limitKey(one)).toBe(limitKey(other));
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8:12::', '2001:db8:1:2::'],
    ['192.0.2.1', '192.0.2.2'],
  ])('is another for %s than for %s', (one, other) => {
    expect(limitKey(one)).not.toBe(limitKey(other));
  });
});
