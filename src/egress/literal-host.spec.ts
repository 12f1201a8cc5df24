import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isForbiddenLiteral, literalAddresses } from './literal-host.js';

const forbidden = (host: string, ...allow: string[]): boolean =>
  isForbiddenLiteral(
    new URL(`http://${host}/`),
    allow.map((network) => ipaddr.parseCIDR(network)),
  );

describe('isForbiddenLiteral', () => {
  it.each([
    ['decimal', '2130706433'],
    ['octal', '0177.0.0.1'],
    ['hexadecimal', '0x7f000001'],
    ['hexadecimal in parts', '0x7f.0x0.0x0.0x1'],
    ['short', '127.1'],
    ['shortest', '0'],
    ['full-width', '１２７.０.０.１'],
    ['ideographic full stops', '127。0。0。1'],
    ['circled digits', '①②⑦.0.0.1'],
    ['percent-encoded', '%31%32%37.0.0.1'],
    ['trailing dot', '127.0.0.1.'],
    ['trailing dots', '127.0.0.1..'],
    ['IPv6', '[::1]'],
    ['IPv6 written out', '[0:0:0:0:0:0:0:1]'],
    ['mapped', '[::ffff:127.0.0.1]'],
    ['mapped in hexadecimal', '[::ffff:7f00:1]'],
    ['with a port', '127.0.0.1:8080'],
    ['metadata service', '169.254.169.254'],
    ['name of the loopback', 'localhost'],
    ['the same in capitals', 'LOCALHOST'],
    ['the same with a dot', 'localhost.'],
    ['a name below it', 'api.localhost'],
  ])('recognises an inner address: %s', (_, host) => {
    expect(forbidden(host)).toBe(true);
  });

  it.each(['8.8.8.8', '[2606:4700:4700::1111]', '134744072'])(
    'lets through the public address %s',
    (host) => {
      expect(forbidden(host)).toBe(false);
    },
  );

  it.each(['example.com', 'localhost.example.com', 'notlocalhost', '127.0.0.1.example.com'])(
    'says nothing of the name %s',
    (host) => {
      expect(literalAddresses(new URL(`http://${host}/`))).toBeNull();
      expect(forbidden(host)).toBe(false);
    },
  );

  it('lets through what the operator allows', () => {
    expect(forbidden('10.0.0.1', '10.0.0.0/8')).toBe(false);
    expect(forbidden('localhost', '127.0.0.0/8')).toBe(false);
    expect(forbidden('localhost', '::1/128')).toBe(false);
    expect(forbidden('localhost', '10.0.0.0/8')).toBe(true);
  });

  it('sees the same address in every way to write its number', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (number) => {
        const plain = [24, 16, 8, 0].map((bits) => (number >>> bits) & 0xff).join('.');
        const spellings = [`${number}`, `0x${number.toString(16)}`, `0${number.toString(8)}`, `${plain}.`];
        for (const spelling of spellings)
          expect(literalAddresses(new URL(`http://${spelling}/`))).toEqual([plain]);
      }),
    );
  });
});
