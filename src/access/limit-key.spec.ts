import { describe, expect, it } from '@jest/globals';
import { limitKey } from './limit-key.js';

describe('limitKey()', () => {
  it.each(['192.0.2.1', ''])('leaves %p as it is', (ip) => {
    expect(limitKey(ip)).toBe(ip);
  });

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
