import { describe, expect, it } from '@jest/globals';
import { isAllowedIp, isNetwork } from './ip-allow-list.js';

describe('isNetwork()', () => {
  it.each([
    '203.0.113.7',
    '203.0.113.0/24',
    '0.0.0.0/0',
    '10.0.0.0/32',
    '::',
    '::/0',
    '2001:DB8::/32',
    '2001:db8::1/128',
    '64:ff9b::192.0.2.33',
  ])('takes %s', (text) => {
    expect(isNetwork(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'localhost'],
    ['a number', '3405803783'],
    ['a shortened address', '10.1'],
    ['an octal address', '010.0.0.0/8'],
    ['a hexadecimal address', '0x0a.0.0.0/8'],
    ['a number above a byte', '256.0.0.0'],
    ['a zone', 'fe80::1%eth0'],
    ['a zone of any length', `fe80::1%${'a'.repeat(70_000)}`],
    ['an address that does not end', '0'.repeat(70_000)],
    ['more bits than IPv4 has', '10.0.0.0/33'],
    ['more bits than IPv6 has', '2001:db8::/129'],
    ['bits with a leading zero', '10.0.0.0/08'],
    ['bits below zero', '10.0.0.0/-1'],
    ['no bits behind the slash', '10.0.0.0/'],
    ['two slashes', '10.0.0.0/8/8'],
    ['blanks around it', ' 10.0.0.0/8'],
    ['a line break behind it', '10.0.0.0/8\n'],
    ['IPv4 written as IPv6', '::ffff:10.0.0.1'],
    ['a network of IPv4 written as IPv6', '::ffff:a00:0/104'],
    ['octal inside of IPv6', '64:ff9b::010.0.0.1'],
    ['five parts', '10.0.0.0.0'],
    ['too many groups', '1:2:3:4:5:6:7:8:9'],
  ])('refuses %s', (_, text) => {
    expect(isNetwork(text)).toBe(false);
  });
});

describe('isAllowedIp()', () => {
  it.each([
    [[], '203.0.113.7', true],
    [['203.0.113.0/24'], '203.0.113.7', true],
    [['203.0.113.0/24'], '203.0.114.7', false],
    [['203.0.113.0/24'], '::ffff:203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['2001:DB8::/32'], '2001:db8::1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['10.0.0.0/8', '2001:db8::1'], '2001:db8::1', true],
    [['10.0.0.0/8'], 'unknown', false],
  ])('answers for %j and %s: %p', (networks, ip, isAllowed) => {
    expect(isAllowedIp(networks, ip)).toBe(isAllowed);
  });
});
