import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isNetwork } from '../common/network.js';
import { isAllowedIp } from './ip-allow-list.js';

describe('isAllowedIp()', () => {
  it('allows every address where the list is empty', () => {
    expect(isAllowedIp([], '203.0.113.7')).toBe(true);
  });

  it.each([
    [['203.0.113.0/24'], '203.0.113.7', true],
    [['203.0.113.0/24'], '203.0.114.7', false],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['203.0.113.200/24'], '203.0.113.7', true],
    [['10.0.0.0/8', '203.0.113.7'], '203.0.113.7', true],
    [['2001:db8::/32'], '2001:db8:1::7', true],
    [['2001:db8::/32'], '2001:db9::7', false],
    [['203.0.113.0/24'], '::ffff:203.0.113.7', true],
    [['::ffff:203.0.113.0/120'], '203.0.113.7', true],
    [['::ffff:203.0.113.7'], '203.0.113.7', true],
    [['::ffff:203.0.113.7'], '203.0.113.8', false],
    [['::/0'], '203.0.113.7', false],
    [['0.0.0.0/0'], '2001:db8::7', false],
    [['0.0.0.0/0'], 'here', false],
    [['0.0.0.0/0'], '', false],
  ])('says whether one of %j holds %s: %s', (networks, ip, expected) => {
    expect(isAllowedIp(networks, ip)).toBe(expected);
  });

  it('finds an address in every network around it, and in none beside it', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (ip, bits) => {
        const [a, b, c, d] = ip.split('.').map(Number) as [number, number, number, number];
        const flipped = ((a << 24) | (b << 16) | (c << 8) | d) ^ (1 << (32 - bits));
        const beside = [24, 16, 8, 0].map((shift) => (flipped >>> shift) & 255).join('.');
        expect(isAllowedIp([`${ip}/${bits}`], ip)).toBe(true);
        expect(isAllowedIp([`${ip}/${bits}`], beside)).toBe(false);
      }),
    );
  });

  it('takes every network that can be stored', () => {
    const network = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat(32)).map((parts) => parts.join('/')),
      fc.tuple(fc.ipV6(), fc.nat(128)).map((parts) => parts.join('/')),
      fc.ipV4(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(network, fc.oneof(fc.ipV4(), fc.ipV6()), (network, ip) => {
        fc.pre(isNetwork(network));
        expect(typeof isAllowedIp([network], ip)).toBe('boolean');
      }),
    );
  });
});
