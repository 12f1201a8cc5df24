import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  checksum,
  tokenSuffix,
  generateToken,
  pathWithoutTokens,
  tokenKind,
  withoutTokens,
} from './token.js';

/** The test vectors that are published: other programs check their own against them. */
const vectors = [
  ...readFileSync('docs/token-format.md', 'utf8').matchAll(/`(pulse_\w+)` +\| +(\d+) +\| +`(\w{6})`/g),
].map(([, body, crc, written]) => [body!, crc!, written!] as const);

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const kind = fc.constantFrom('key' as const, 'ses' as const);

describe('the published test vectors', () => {
  it('are several', () => expect(vectors).toHaveLength(6));

  it.each(vectors)('say that the checksum of %s is %s, written %s', (body, crc, written) => {
    expect(crc32(body)).toBe(Number(crc));
    expect(checksum(body)).toBe(written);
    expect(tokenKind(body + written)).toBe(body.slice(6, 9));
  });
});

describe('generateToken()', () => {
  it('makes 10,000 tokens of the published pattern, no two of them the same', () => {
    const tokens = Array.from({ length: 10_000 }, () => generateToken('key'));
    expect(new Set(tokens).size).toBe(10_000);
    expect(tokens.filter((token) => !/\bpulse_key_[0-9A-Za-z]{49}\b/.test(token))).toEqual([]);
  });

  it('favours no character', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 3_000; i += 1)
      for (const character of generateToken('ses').slice(10, 53))
        counts.set(character, (counts.get(character) ?? 0) + 1);
    const expected = (3_000 * 43) / 62;
    expect([...counts.keys()].toSorted().join('')).toBe([...ALPHABET].toSorted().join(''));
    for (const count of counts.values()) expect(Math.abs(count - expected) / expected).toBeLessThan(0.15);
  });

  it('makes tokens that are known by their kind', () => {
    fc.assert(fc.property(kind, (kind) => tokenKind(generateToken(kind)) === kind));
  });
});

describe('tokenKind()', () => {
  it('refuses a token of which any one character is another', () => {
    const other = fc.oneof(fc.constantFrom(...ALPHABET), fc.string({ minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(kind, fc.nat(58), other, (kind, index, character) => {
        const token = generateToken(kind);
        fc.pre(token[index] !== character);
        return tokenKind(token.slice(0, index) + character + token.slice(index + 1)) === null;
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses a token of which two neighbours have changed places', () => {
    fc.assert(
      fc.property(kind, fc.nat(57), (kind, i) => {
        const token = generateToken(kind);
        fc.pre(token[i] !== token[i + 1]);
        return tokenKind(token.slice(0, i) + token[i + 1] + token[i] + token.slice(i + 2)) === null;
      }),
    );
  });

  it('refuses every other text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => tokenKind(text) === null));
  });

  it.each([
    ['cut short', (token: string) => token.slice(0, -1)],
    ['with something behind it', (token: string) => `${token}0`],
    ['with a line break behind it', (token: string) => `${token}\n`],
    ['with a blank before it', (token: string) => ` ${token}`],
    ['in capitals', (token: string) => token.toUpperCase()],
    ['of another kind', (token: string) => token.replace('_key_', '_ses_')],
    ['of a kind that is none', (token: string) => token.replace('_key_', '_foo_')],
  ])('refuses a token %s', (_, change) => {
    expect(tokenKind(change(generateToken('key')))).toBeNull();
  });
});

describe('tokenSuffix()', () => {
  it('shows two characters of the secret and the checksum', () => {
    const token = generateToken('key');
    expect(tokenSuffix(token)).toBe(token.slice(51));
    expect(tokenSuffix(token).slice(2)).toBe(checksum(token.slice(0, -6)));
  });
});

describe('withoutTokens()', () => {
  it('leaves no token in a text, whole or cut short, and the rest as it is', () => {
    const token = generateToken('key');
    expect(withoutTokens(`a ${token} b ${token.slice(0, 20)}, c`)).toBe('a pulse_key_... b pulse_key_..., c');
    expect(withoutTokens('a pulse_key_ b')).toBe('a pulse_key_ b');
  });
});

describe('pathWithoutTokens()', () => {
  const token = generateToken('key');
  const escaped = (text: string): string =>
    text.replace(/[^/]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

  it.each([
    ['as it is', `/v1/x/${token}`],
    ['with one escape', `/v1/x/${token.replace('_', '%5F')}`],
    ['with escapes only', `/v1/x/${escaped(token)}`],
    ['beside escapes that are none', `/%zz/x/${token.replace('p', '%70')}`],
  ])('leaves no token that is written %s', (_, path) => {
    expect(pathWithoutTokens(path)).toMatch(/^\/.*\/x\/pulse_key_\.\.\.$/);
  });

  it.each(['/v1/a%20b%2Fc', '/v1/%C3%A4', '/%zz', '/v1/me'])('leaves %s as it is', (path) => {
    expect(pathWithoutTokens(path)).toBe(path);
  });
});
