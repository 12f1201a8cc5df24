import { describe, expect, it } from '@jest/globals';
import { MATCH_BUDGET_MS, MatchTooSlow, Patterns } from './patterns.js';

const budget = () => ({ leftMs: MATCH_BUDGET_MS });

/** No automaton is small that has to remember which of the last hundreds of letters were an a. */
const SLOW = 'a.{900}[cd]';
const coins = Array.from({ length: 2 ** 20 }, () => (Math.random() < 0.5 ? 'a' : 'b')).join('');

describe('Patterns', () => {
  it('finds an expression anywhere in a text', () => {
    const patterns = new Patterns();
    expect(patterns.test('b+', 'abbc', budget())).toBe(true);
    expect(patterns.test('^b+', 'abbc', budget())).toBe(false);
  });

  it('finds the same with an expression that is kept', () => {
    const patterns = new Patterns();
    for (const text of ['up 1', 'down', 'up 2', 'down'])
      expect(patterns.test('up \\d', text, budget())).toBe(text.startsWith('up'));
    expect(patterns.size).toBe(1);
  });

  it('keeps a limited number of them', () => {
    const patterns = new Patterns();
    for (let at = 0; at < 300; at += 1) patterns.test(`x${at}`, 'x', budget());
    expect(patterns.size).toBe(256);
  });

  it('takes its time from the budget', () => {
    const whole = budget();
    new Patterns().test('a', 'a', whole);
    expect(whole.leftMs).toBeLessThan(MATCH_BUDGET_MS);
  });

  it('gives up where the budget ends, and keeps nothing of it', () => {
    const patterns = new Patterns();
    expect(() => patterns.test(SLOW, coins, budget())).toThrow(MatchTooSlow);
    expect(patterns.size).toBe(0);
  });

  it('begins nothing without a budget', () => {
    expect(() => new Patterns().test('a', 'a', { leftMs: 0 })).toThrow(MatchTooSlow);
  });

  it('matches as before after it has given up', () => {
    const patterns = new Patterns();
    expect(() => patterns.test(SLOW, coins, { leftMs: 1 })).toThrow(MatchTooSlow);
    expect(patterns.test(SLOW, `a${'b'.repeat(900)}c`, budget())).toBe(true);
    expect(patterns.test('[ab]{20}', coins, budget())).toBe(true);
  });
});
