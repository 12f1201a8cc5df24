import { describe, expect, it } from '@jest/globals';
import { withoutPrefix } from './prefix.js';

describe('withoutPrefix()', () => {
  it.each([
    ['/pulse/v1/me', '/v1/me'],
    ['/v1/me', '/v1/me'],
    ['/pulse', '/'],
    ['/pulse/', '/'],
    ['/pulse?a=b', '/?a=b'],
    ['/pulse/pulse/v1/me', '/pulse/v1/me'],
    ['/pulsex/v1/me', '/pulsex/v1/me'],
    ['/x/pulse/v1/me', '/x/pulse/v1/me'],
    ['http://example.com/pulse/v1/me', '/v1/me'],
    ['HTTP://example.com', '/'],
    ['https://example.com?a', '/?a'],
    ['*', '*'],
    ['', '/'],
  ])('makes of %p %p', (url, expected) => expect(withoutPrefix('/pulse', url)).toBe(expected));

  it('takes nothing off where there is no prefix', () => {
    expect(withoutPrefix('', '/pulse/v1/me')).toBe('/pulse/v1/me');
  });
});
