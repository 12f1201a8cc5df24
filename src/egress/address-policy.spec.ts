import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isAllowedAddress } from './address-policy.js';

const allowing = (...networks: string[]) => networks.map((network) => ipaddr.parseCIDR(network));

const octets = fc.tuple(...Array.from({ length: 4 }, () => fc.nat(255)));
const dotted = (ip: readonly number[]): string => ip.join('.');
const groups = (ip: readonly number[]): string =>
  `${((ip[0]! << 8) | ip[1]!).toString(16)}:${((ip[2]! << 8) | ip[3]!).toString(16)}`;

describe('isAllowedAddress', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2000::1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2606:4700:4700::1111',
    '3ffe:ffff::1',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::8.8.8.8',
  ])('lets through %s, which is global unicast', (ip) => {
    expect(isAllowedAddress(ip)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.0.1',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.175.48.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
  ])('refuses %s, which is special-purpose', (ip) => {
    expect(isAllowedAddress(ip)).toBe(false);
  });

  it.each([
    '::',
    '::1',
    '100::1',
    '1fff:ffff::1',
    '4000::1',
    '2001::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2002::1',
    '3fff::1',
    '3fff:fff:ffff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '::ffff:0:10.0.0.1',
  ])('refuses %s, which is not global unicast', (ip) => {
    expect(isAllowedAddress(ip)).toBe(false);
  });

  it.each([
    '',
    'example.com',
    'localhost',
    '127.1',
    '0x8.8.8.8',
    '8.8.8',
    '134744072',
    '[2000::1]',
    ' 8.8.8.8',
  ])('refuses %j, which is not an address', (ip) => {
    expect(isAllowedAddress(ip)).toBe(false);
  });

  it.each([
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '::10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::10.0.0.1',
    '2002:a00:1::1',
  ])('judges %s by the IPv4 address in it', (ip) => {
    expect(isAllowedAddress(ip)).toBe(false);
    expect(isAllowedAddress(ip, allowing('10.0.0.0/8'))).toBe(true);
  });

  it.each(['64:ff9b:1::8.8.8.8', '2002:808:808::1'])(
    'refuses %s: its prefix is for use within one network',
    (ip) => {
      expect(isAllowedAddress(ip)).toBe(false);
    },
  );

  it('opens what the operator allows, and nothing beside it', () => {
    const allow = allowing('10.1.0.0/16', 'fd00:1::/32');
    expect(isAllowedAddress('10.1.2.3', allow)).toBe(true);
    expect(isAllowedAddress('fd00:1::1', allow)).toBe(true);
    expect(isAllowedAddress('10.2.0.1', allow)).toBe(false);
    expect(isAllowedAddress('fd00:2::1', allow)).toBe(false);
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
  ])('keeps the metadata service at %s closed whatever the operator allows', (ip) => {
    expect(isAllowedAddress(ip, allowing('0.0.0.0/0', '::/0'))).toBe(false);
  });

  it('gives every IPv6 spelling of an IPv4 address the verdict of that address', () => {
    fc.assert(
      fc.property(octets, (ip) => {
        const verdict = isAllowedAddress(dotted(ip));
        for (const prefix of ['::ffff:', '64:ff9b::'])
          expect(isAllowedAddress(prefix + groups(ip))).toBe(verdict);
      }),
    );
  });

  it('refuses every IPv6 address outside 2000::/3 that stands for no IPv4 address', () => {
    const outside = fc
      .tuple(fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xffff))
      .filter(([first]) => first >> 13 !== 1 && first > 0x64);
    fc.assert(
      fc.property(outside, ([a, b, c]) => {
        const ip = [a, b, 0, 0, 0, 0, 0, c].map((part) => part.toString(16)).join(':');
        expect(isAllowedAddress(ip)).toBe(false);
      }),
    );
  });
});
