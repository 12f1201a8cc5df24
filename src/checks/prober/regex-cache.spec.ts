import { describe, expect, it } from '@jest/globals';
import { Interrupted, interruptible } from './run-with-timeout.js';
import { Patterns, TooLarge } from './regex-cache.js';

/** No automaton is small that has to remember which of the last hundreds of letters were an a. */
const SLOW = 'a.{900}[cd]';
const coins = Array.from({ length: 2 ** 20 }, () => (Math.random() < 0.5 ? 'a' : 'b')).join('');

describe('Patterns', () => {
  it('finds an expression anywhere in a text', () => {
    const patterns = new Patterns();
    expect(patterns.test('b+', 'abbc')).toBe(true);
    expect(patterns.test('^b+', 'abbc')).toBe(false);
  });

  it('finds the same with an expression that is kept', () => {
    const patterns = new Patterns();
    for (const text of ['up 1', 'down', 'up 2', 'down'])
      expect(patterns.test('up \\d', text)).toBe(text.startsWith('up'));
    expect(patterns.count).toBe(1);
  });

  it('keeps a limited number of them', () => {
    const patterns = new Patterns();
    for (let at = 0; at < 300; at += 1) patterns.test(`x${at}`, 'x');
    expect(patterns.count).toBe(256);
  });

  it('knows how large those are that it keeps, and tells of those that are compiled in no time', () => {
    const light: string[] = [];
    const patterns = new Patterns((pattern) => light.push(pattern));
    expect([patterns.sizeOf('a'), patterns.isNew('a')]).toEqual([Infinity, true]);
    patterns.test('a', 'a');
    expect([patterns.sizeOf('a') < 10, patterns.isNew('a')]).toEqual([true, false]);
    patterns.test('x{1000}'.repeat(20), 'a');
    expect(light).not.toContain('x{1000}'.repeat(20));
  });

  it('keeps nothing of work that was interrupted, and matches as before', () => {
    const patterns = new Patterns();
    expect(() => interruptible(() => patterns.test(SLOW, coins), 50)).toThrow(Interrupted);
    expect(patterns.count).toBe(0);
    patterns.interrupted();
    expect(patterns.test('[ab]{20}', coins)).toBe(true);
  });

  it('tries for a while no expression again that took too long to compile', () => {
    const patterns = new Patterns();
    const large = 'x{1000}'.repeat(200);
    expect(() => interruptible(() => patterns.test(large, 'x'), 20)).toThrow(Interrupted);
    patterns.interrupted();
    expect(() => patterns.test(large, 'x')).toThrow(TooLarge);
  });
});
