import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { linearIndexOf } from './linear-search.js';

const few = (most: number) => fc.stringMatching(new RegExp(`^[ab]{0,${most}}$`));

describe('linearIndexOf()', () => {
  it('finds what the engine finds', () => {
    fc.assert(
      fc.property(few(12), few(60), (pattern, text) => {
        // Long enough to be searched step by step.
        const filler = `${'ab'.repeat(4)}c`.repeat(2 ** 17);
        const whole = `${filler}${text}`;
        const longer = `${pattern}cc`;
        for (const each of [pattern, `c${pattern}`, longer])
          expect(linearIndexOf(whole, each)).toBe(whole.indexOf(each));
      }),
      { numRuns: 20 },
    );
  });

  it('takes no longer for a text that is made to take long', () => {
    const text = 'a'.repeat(2 ** 20);
    const began = performance.now();
    for (let round = 0; round < 20; round++) expect(linearIndexOf(text, `b${'a'.repeat(999)}`)).toBe(-1);
    for (let round = 0; round < 20; round++) expect(linearIndexOf(text, `${'a'.repeat(999)}b`)).toBe(-1);
    // Twenty of them take the engine's own search twenty seconds.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
