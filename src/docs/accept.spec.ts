import { describe, expect, it } from '@jest/globals';
import { preferredCoding, prefersJson } from './accept.js';

describe('prefersJson()', () => {
  it.each([
    ['application/json', true],
    ['application/json, text/plain, */*;q=0.5', true],
    ['text/html;q=0.5, application/json', true],
    ['Application/JSON ; Q=0.9, text/html;q=0.1', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
    ['application/json;q=0.5, text/html', false],
    ['application/json;q=0', false],
    ['application/json;q=nonsense', false],
    ['application/*', true],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('answers for "%s" %s', (accept, expected) => {
    expect(prefersJson(accept)).toBe(expected);
  });
});

describe('preferredCoding()', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0.1, gzip;q=0.5', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['*;q=0', null],
    ['identity', null],
    ['br;q=nonsense', null],
    ['', null],
    [undefined, null],
  ])('takes for "%s" %s', (accept, expected) => {
    expect(preferredCoding(accept, ['br', 'gzip'])).toBe(expected);
  });
});
