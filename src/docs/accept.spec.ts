import { describe, expect, it } from '@jest/globals';
import { prefersJson } from './accept.js';

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
