import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { MAX_PATTERN_COST, patternIssue } from './pattern.js';
import { patternCost } from './pattern-cost.js';

/** Parts of regular expressions, whole or broken. */
const parts = String.raw`a é 😀 . \d \W \. \x{e9} \x41 \pL \p{Greek} [a-z] [^\]x-] []a] [[:alpha:]\d_-] ( (?: (?i)
  (?P<n> ) | * +? ? {3} {0,4} {2,} { ^ $ \b \Q(*\E \Q [ (?i:`;
const part = fc.constantFrom(...parts.split(/\s+/), '\\');
const pattern = fc.array(part, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(''));

describe('patternCost()', () => {
  it('is never less than the program that a pattern becomes', () => {
    const overhead = 3; // fail and match, and nothing where there is nothing
    fc.assert(
      fc.property(pattern, (text) => {
        fc.pre(patternCost(text) < 20_000);
        let size = 0;
        try {
          size = RE2JS.compile(text).programSize();
        } catch {
          return;
        }
        expect(patternCost(text) + overhead).toBeGreaterThanOrEqual(size);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['a{1000}', 'a repetition', 1_000],
    ['(?:a{100}){100}', 'a repetition of one', 10_000],
    ['x{1000}'.repeat(142), 'one behind the other', 142_000],
    ['a{2,}{5}{5}', 'one that is repeated right away', 50],
    ['((((a{9}){9}){9}){9}){9}', 'a tower of them', 59_000],
    ['\\pL'.repeat(300), 'sets by their names', 15_000],
    [`[${'\\pL'.repeat(300)}]`, 'the same in brackets', 15_000],
    ['(?i)[B-\\x{1E942}]', 'a range without regard to case', 12_000],
  ])('of %.20s counts %s', (text, _, least) => {
    expect(patternCost(text)).toBeGreaterThanOrEqual(least);
  });

  it.each([
    '^\\s*"version":\\s*"\\d+\\.\\d+',
    '(?i)\\bok\\b|healthy',
    '[A-Za-z0-9._%+-]{1,64}@[a-z]+',
    '(?i)[\\p{L}\\d ]+',
  ])('of %s, which people write, is small', (text) => {
    expect(patternCost(text)).toBeLessThan(MAX_PATTERN_COST / 4);
    expect(patternIssue(text)).toBe(null);
  });

  it('is found out in time that grows with the length only', () => {
    fc.assert(
      fc.property(part, part, (one, other) => {
        const began = performance.now();
        patternCost((one + other).repeat(30_000));
        expect(performance.now() - began).toBeLessThan(2_000);
      }),
      { numRuns: 50 },
    );
  });
});
