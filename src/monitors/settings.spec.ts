import { describe, expect, it } from '@jest/globals';
import type { UpdateMonitorDto } from './monitor-input.dto.js';
import { followsRedirections } from './redirections.js';
import { clearedFields } from './sealed-settings.js';
import { defaultSettings, editSettings, type Settings } from './settings.js';

const blank = defaultSettings({ name: 'API', url: 'https://example.com' });
const seal = (column: string) => (value: string) => `${column} ${value}`;

const edited = (input: UpdateMonitorDto, stored: Settings = blank) => editSettings(stored, input, seal);
const codes = (input: UpdateMonitorDto, stored?: Settings) =>
  edited(input, stored).issues.map(({ pointer, code }) => `${pointer} ${code}`);

describe('defaultSettings()', () => {
  it.each([
    [undefined, 30],
    [3600, 30],
    [30, 30],
    [15, 15],
    [5, 5],
  ])('has for an interval of %s seconds a timeout of %s', (intervalSeconds, timeoutSeconds) => {
    expect(defaultSettings({ name: 'a', url: 'b', intervalSeconds }).timeoutSeconds).toBe(timeoutSeconds);
  });
});

describe('editSettings()', () => {
  it('leaves what is not given', () => {
    expect(edited({})).toEqual({ settings: blank, issues: [] });
  });

  it('seals what is write-only, each for its column', () => {
    const { settings } = edited({
      headers: [{ name: 'a', value: 'b' }],
      auth: { type: 'bearer', token: 'c' },
    });
    expect(settings.headers).toEqual([{ name: 'a', value: 'headers b' }]);
    expect(settings.auth).toEqual({ type: 'bearer', token: 'auth c' });
  });

  it('renews what a name is searched by', () => {
    expect(edited({ name: 'Grüße  AN' }).settings.nameKey).toBe('grüße an');
  });

  it('does not follow redirections while one is expected, and then again as it was wished', () => {
    for (const followRedirects of [true, false]) {
      const expecting = edited({ expectedStatus: 302, followRedirects }).settings;
      expect(followsRedirections(expecting)).toBe(false);
      const { settings } = edited({ expectedStatus: 200 }, expecting);
      expect(followsRedirections(settings)).toBe(followRedirects);
    }
  });

  describe('of a monitor with secrets', () => {
    const stored: Settings = {
      ...blank,
      headers: [
        { name: 'X-Key', value: 'sealed 1' },
        { name: 'X-Other', value: 'sealed 2' },
      ],
      auth: { type: 'basic', username: 'ada', password: 'sealed 3' },
    };
    const cleared = ['headers.X-Key', 'headers.X-Other', 'auth.password'];
    const clearedBy = (input: UpdateMonitorDto, from = stored) => clearedFields(edited(input, from).settings);

    it.each([
      ['another host', { url: 'https://example.org' }],
      ['a host below', { url: 'https://a.example.com' }],
      ['another port', { url: 'https://example.com:444' }],
      ['another scheme', { url: 'http://example.com' }],
      ['a user name that looks like the host', { url: 'https://example.com.evil.example/' }],
      ['an unverified certificate', { verifyTls: false }],
    ])('clears them when it leads to %s', (_, input) => {
      expect(clearedBy(input)).toEqual(cleared);
    });

    it.each([
      ['another path', { url: 'https://example.com/health?x=1' }],
      ['the same origin in other words', { url: 'HTTPS://EXAMPLE.com:443/' }],
      ['other settings', { name: 'b', method: 'POST', body: 'x', followRedirects: true } as const],
    ])('keeps them when it leads to %s', (_, input) => {
      expect(clearedBy(input)).toEqual([]);
    });

    it('keeps those that are given again', () => {
      const { settings } = edited(
        {
          url: 'https://example.org',
          headers: [{ name: 'x-key', value: 'new' }, { name: 'X-Other' }],
          auth: { password: 'new' },
        },
        stored,
      );
      expect(settings.headers).toEqual([
        { name: 'x-key', value: 'headers new' },
        { name: 'X-Other', value: null },
      ]);
      expect(settings.auth).toEqual({ type: 'basic', username: 'ada', password: 'auth new' });
    });

    it('does not bring them back with the former address', () => {
      const moved = edited({ url: 'https://example.org' }, stored).settings;
      expect(clearedBy({ url: stored.url, headers: [{ name: 'X-Key' }] }, moved)).toEqual([
        'headers.X-Key',
        'auth.password',
      ]);
    });

    it('does not clear what an unencrypted address never verified', () => {
      const plain = { ...stored, url: 'http://example.com' };
      expect(clearedBy({ verifyTls: false }, plain)).toEqual([]);
    });
  });

  it('refuses a timeout above the interval, whichever of them is given', () => {
    expect(codes({ timeoutSeconds: 60 })).toEqual([]);
    expect(codes({ intervalSeconds: 15 })).toEqual(['/timeoutSeconds above-interval']);
    expect(codes({ timeoutSeconds: 20 }, { ...blank, timeoutSeconds: 5, intervalSeconds: 10 })).toEqual([
      '/timeoutSeconds above-interval',
    ]);
  });

  it('refuses a body where the method has none', () => {
    expect(codes({ method: 'POST', body: '{}' })).toEqual([]);
    expect(codes({ body: '{}' })).toEqual(['/body method-without-body']);
    expect(codes({ method: 'HEAD' }, { ...blank, method: 'POST', body: '{}' })).toEqual([
      '/body method-without-body',
    ]);
    expect(codes({ method: 'HEAD', body: null }, { ...blank, method: 'POST', body: '{}' })).toEqual([]);
  });

  it('counts the body in bytes', () => {
    expect(codes({ method: 'PUT', body: 'a'.repeat(65_536) })).toEqual([]);
    expect(codes({ method: 'PUT', body: 'ä'.repeat(32_769) })).toEqual(['/body max-length']);
  });

  it('refuses a body that is not Unicode', () => {
    expect(codes({ method: 'PUT', body: '\ud800' })).toEqual(['/body well-formed']);
  });

  it('refuses auth together with a header Authorization, whichever comes later', () => {
    const headers = [{ name: 'AUTHORIZATION', value: 'x' }];
    const auth = { type: 'bearer', token: 'c' } as const;
    expect(codes({ headers, auth })).toEqual(['/auth authorization-header']);
    expect(codes({ headers }, { ...blank, auth })).toEqual(['/auth authorization-header']);
    expect(codes({ headers, auth: null }, { ...blank, auth })).toEqual([]);
  });

  it('tells all issues at once', () => {
    expect(
      codes({ headers: [{ name: 'a' }], auth: { type: 'basic' }, body: 'x', intervalSeconds: 5 }),
    ).toEqual([
      '/headers/0/value required',
      '/auth/username required',
      '/auth/password required',
      '/timeoutSeconds above-interval',
      '/body method-without-body',
    ]);
  });
});
