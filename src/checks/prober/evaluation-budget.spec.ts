import { describe, expect, it } from '@jest/globals';
import type { Assertion } from '../../monitors/assertions.js';
import { mayTakeLong } from './evaluation-budget.js';

const sizeOf = (pattern: string): number => (pattern === 'unknown' ? Infinity : 10);
const matches = (value: string): Assertion => ({ type: 'body', operator: 'matches', value });
const contains: Assertion = { type: 'body', operator: 'contains', value: 'ok' };
const header: Assertion = { type: 'header', name: 'Server', operator: 'contains', value: 'ok' };

describe('mayTakeLong', () => {
  it.each([
    ['a small body', [contains], 16_384, false],
    ['a larger one', [contains], 16_385, true],
    ['a larger one that nothing is asserted of', [header], 1_000_000, false],
    ['an expression whose program is small', [matches('known')], 10_000, false],
    ['twenty of them', Array.from({ length: 20 }, () => matches('known')), 10_000, true],
    ['one that nobody has compiled yet, whatever the body', [matches('unknown')], 0, true],
  ])('is told of %s', (_, assertions, size, expected) => {
    expect(mayTakeLong(assertions, size, sizeOf)).toBe(expected);
  });
});
