import { describe, expect, it } from '@jest/globals';
import { isNetwork } from './network.js';

describe('isNetwork()', () => {
  it.each([
    '203.0.113.7',
    '203.0.113.0/24',
    '0.0.0.0/0',
    '203.0.113.7/32',
    '2001:db8::/32',
    '2001:DB8::7',
    '::/0',
    '::1/128',
    '::ffff:203.0.113.0/120',
  ])('takes %s', (text) => expect(isNetwork(text)).toBe(true));

  it.each([
    '',
    'here',
    '203.0.113',
    '203.0.113/24',
    '203.0.113.256',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '203.0.113.0/024',
    '203.0.113.0/',
    '203.0.113.0/24/24',
    '2001:db8::/129',
    '3405803783',
    '0xcb007107',
    '0313.0.0161.07',
    '203.0.28935',
    ' 203.0.113.7',
    '203.0.113.7 ',
    '203.0.113.7\n',
    '203.0.113.7:80',
    '[2001:db8::7]',
    'fe80::1%eth0',
    '*',
  ])('refuses %p', (text) => expect(isNetwork(text)).toBe(false));

  it('takes no longer for what is long', () => {
    const started = performance.now();
    for (const text of ['1:'.repeat(50_000), '1.'.repeat(50_000), ':'.repeat(100_000), '1'.repeat(100_000)])
      expect(isNetwork(text)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
