import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { parseNetwork } from '../common/network.js';
import { originOf, pathPrefix } from './origin.js';

const settings = { publicUrl: null, trustedProxies: [parseNetwork('10.0.0.1')] };

const origin = (peer: string, headers: Record<string, string>, given = settings) =>
  originOf({ headers, socket: { remoteAddress: peer } } as unknown as IncomingMessage, given);
const behindProxy = (headers: Record<string, string>) =>
  origin('10.0.0.1', { host: 'inside:3000', ...headers });

describe('the origin of the server', () => {
  it('is PUBLIC_URL where that is set', () => {
    const publicUrl = 'https://pulse.example.com/pulse';
    expect(origin('8.8.8.8', { host: 'x' }, { ...settings, publicUrl } as any)).toBe(publicUrl);
  });

  it.each(['localhost', 'localhost:3000', '[::1]:3000', 'pulse.example.com'])(
    'is that of Host %s',
    (host) => {
      expect(origin('8.8.8.8', { host })).toBe(`http://${host}`);
    },
  );

  it.each(['"><script>', 'a b', 'a/b', 'user@host', 'host:99999', '[::::]', ''])(
    'is not that of Host %p',
    (host) => expect(origin('8.8.8.8', { host })).toBe('http://localhost'),
  );

  it.each([
    ['https', 'https://inside:3000'],
    ['HTTPS', 'https://inside:3000'],
    ['http, https', 'https://inside:3000'],
    ['javascript', 'http://inside:3000'],
    ['wss', 'http://inside:3000'],
    ['https://', 'http://inside:3000'],
    ['', 'http://inside:3000'],
  ])('has the scheme that a trusted proxy gives as %p: %s', (proto, expected) => {
    expect(behindProxy({ 'x-forwarded-proto': proto })).toBe(expected);
  });

  it.each([
    ['pulse.example.com', 'http://pulse.example.com'],
    ['first.example, second.example:8443', 'http://second.example:8443'],
    ['"><script>', 'http://inside:3000'],
    ['', 'http://inside:3000'],
  ])('has the host that a trusted proxy gives as %p: %s', (host, expected) => {
    expect(behindProxy({ 'x-forwarded-host': host })).toBe(expected);
  });

  it('is not what somebody else says', () => {
    const headers = { host: 'a.example', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'b.example' };
    expect(origin('10.0.0.2', headers)).toBe('http://a.example');
  });
});

describe('the prefix of paths', () => {
  it.each([
    [null, ''],
    ['https://a.example', ''],
    ['https://a.example/pulse', '/pulse'],
    ['https://a.example/a/b', '/a/b'],
  ])('of %s is %p', (publicUrl, prefix) => expect(pathPrefix({ publicUrl })).toBe(prefix));
});
