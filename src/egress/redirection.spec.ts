import { describe, expect, it } from '@jest/globals';
import { isRedirection, redirected } from './redirection.js';
import type { Step } from './request-head.js';

const step = (changes: Partial<Omit<Step, 'url'>> & { url?: string } = {}): Step => ({
  method: 'GET',
  headers: [],
  body: null,
  ...changes,
  url: new URL(changes.url ?? 'https://example.com/a/b'),
});

describe('isRedirection()', () => {
  it.each([301, 302, 303, 307, 308])('knows %d', (status) => {
    expect(isRedirection(status, '/')).toBe(true);
    expect(isRedirection(status, undefined)).toBe(false);
  });

  it.each([200, 201, 300, 304, 305, 306, 309, 404])('does not take %d for one', (status) => {
    expect(isRedirection(status, '/')).toBe(false);
  });
});

describe('redirected()', () => {
  it.each([
    ['/c', 'https://example.com/c'],
    ['c', 'https://example.com/a/c'],
    ['?q', 'https://example.com/a/b?q'],
    ['//example.org/c', 'https://example.org/c'],
    ['https://example.org', 'https://example.org/'],
    ['', 'https://example.com/a/b'],
    // The bytes of "ü" in UTF-8, read one by one.
    ['/ü', 'https://example.com/%C3%BC'],
  ])('resolves %j', (location, url) => {
    expect(redirected(step(), 302, location).url.href).toBe(url);
  });

  it.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:,x',
    'http://',
    'https://1.2.3.4.5/',
  ])('refuses %j', (location) => {
    const from = step({ url: 'http://example.com/' });
    expect(() => redirected(from, 302, location)).toThrow('redirects to something that is not an HTTP URL');
  });

  it('never goes from https to http, not even on the same host', () => {
    expect(() => redirected(step(), 301, 'http://example.com/a/b')).toThrow('from https to http');
  });

  it('goes from http to https', () => {
    const { url } = redirected(step({ url: 'http://example.com/' }), 301, 'https://example.com/');
    expect(url.href).toBe('https://example.com/');
  });

  const written = { body: '{}', headers: [['Content-Type', 'application/json'] as const] };

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'PATCH', 'GET'],
    [303, 'DELETE', 'GET'],
  ])('after %d turns %s into %s, without its content', (status, method, expected) => {
    expect(redirected(step({ method, ...written }), status, '/')).toMatchObject({
      method: expected,
      body: null,
      headers: [],
    });
  });

  it.each([
    [301, 'PUT'],
    [302, 'PATCH'],
    [307, 'POST'],
    [308, 'POST'],
    [308, 'DELETE'],
  ])('after %d leaves %s as it is', (status, method) => {
    expect(redirected(step({ method, ...written }), status, '/')).toMatchObject({ method, ...written });
  });

  it.each([301, 302, 303, 307, 308])('after %d leaves HEAD as it is', (status) => {
    expect(redirected(step({ method: 'HEAD' }), status, '/').method).toBe('HEAD');
  });

  const headers = [
    ['Authorization', 'Bearer x'],
    ['Cookie', 'a=b'],
    ['X-Api-Key', 'x'],
    ['Accept', 'text/html'],
    ['accept-language', 'de'],
    ['User-Agent', 'mine'],
  ] as const;

  it('takes every header along within the origin', () => {
    expect(redirected(step({ headers }), 302, 'https://example.com:443/c').headers).toEqual(headers);
  });

  it.each(['https://example.org/', 'https://example.com:8443/', 'https://api.example.com/'])(
    'takes only harmless headers along to %s',
    (location) => {
      expect(redirected(step({ headers }), 302, location).headers).toEqual(headers.slice(3));
    },
  );

  it('takes only harmless headers along from http to https', () => {
    const from = step({ url: 'http://example.com/', headers });
    expect(redirected(from, 308, 'https://example.com/').headers).toEqual(headers.slice(3));
  });

  it.each([307, 308])('after %d does not take a body to another origin', (status) => {
    const from = step({ method: 'POST', ...written });
    expect(() => redirected(from, status, 'https://example.org/')).toThrow('is not sent');
  });
});
