import { describe, expect, it } from '@jest/globals';
import { TimeoutReached, runWithTimeout } from './run-with-timeout.js';
import { RegexCache, TooLarge } from './regex-cache.js';

/** No automaton is small that has to remember which of the last hundreds of letters were an a. */
const SLOW = 'a.{900}[cd]';
const coins = Array.from({ length: 2 ** 20 }, () => (Math.random() < 0.5 ? 'a' : 'b')).join('');

describe('RegexCache', () => {
  it('finds an expression anywhere in a text', () => {
    const regexes = new RegexCache();
    expect(regexes.test('b+', 'abbc')).toBe(true);
    expect(regexes.test('^b+', 'abbc')).toBe(false);
  });

  it('finds the same with an expression that is kept', () => {
    const patterns = new RegexCache();
    for (const text of ['up 1', 'down', 'up 2', 'down'])
      expect(patterns.test('up \\d', text)).toBe(text.startsWith('up'));
    expect(patterns.count).toBe(1);
  });

  it('keeps a limited number of them', () => {
    const patterns = new RegexCache();
    for (let at = 0; at < 300; at += 1) patterns.test(`x${at}`, 'x');
    expect(patterns.count).toBe(256);
  });

  it('knows how large those are that it keeps, and tells of those that are compiled in no time', () => {
    const light: string[] = [];
    const patterns = new RegexCache((pattern) => light.push(pattern));
    expect([patterns.sizeOf('a'), patterns.isNew('a')]).toEqual([Infinity, true]);
    patterns.test('a', 'a');
    expect([patterns.sizeOf('a') < 10, patterns.isNew('a')]).toEqual([true, false]);
    patterns.test('x{1000}'.repeat(20), 'a');
    expect(light).not.toContain('x{1000}'.repeat(20));
  });

  it('keeps nothing of work that was interrupted, and matches as before', () => {
    const patterns = new RegexCache();
    expect(() => runWithTimeout(() => patterns.test(SLOW, coins), 50)).toThrow(TimeoutReached);
    expect(patterns.count).toBe(0);
    patterns.interrupted();
    expect(patterns.test('[ab]{20}', coins)).toBe(true);
  });

  it('tries for a while no expression again that took too long to compile', () => {
    const patterns = new RegexCache();
    const large = 'x{1000}'.repeat(200);
    expect(() => runWithTimeout(() => patterns.test(large, 'x'), 20)).toThrow(TimeoutReached);
    patterns.interrupted();
    expect(() => patterns.test(large, 'x')).toThrow(TooLarge);
  });
});
