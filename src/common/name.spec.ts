import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isPrintable, nameKey, normalizeName } from './name.js';

const text = fc.string({ unit: 'binary' });

describe('normalizeName()', () => {
  it.each([
    ['blanks at the ends', ' CI \t\n', 'CI'],
    ['blanks of other scripts', '\u3000CI\u00a0', 'CI'],
    ['an accent of its own', 'Cafe\u0301', 'Caf\u00e9'],
    ['blanks inside', 'a  b', 'a  b'],
  ])('knows %s', (_, written, stored) => expect(normalizeName(written)).toBe(stored));

  it('changes nothing that it has changed before', () => {
    fc.assert(fc.property(text, (text) => normalizeName(normalizeName(text)) === normalizeName(text)));
  });
});

describe('isPrintable()', () => {
  it.each(['CI', 'Ада', '愛', 'عربي', 'a b', '\u{1f680}', "O'Neill & <b>", '❤️', '\u{1f468}‍\u{1f469}'])(
    'takes %p',
    (text) => expect(isPrintable(text)).toBe(true),
  );

  it.each([
    ['a control character', 'a\u0000b'],
    ['an escape', '\u001b[31m'],
    ['a line break', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['a right-to-left override', 'a\u202eb'],
    ['an isolate', 'a\u2066b'],
    ['a direction mark', 'a\u200fb'],
    ['a zero-width space', 'a\u200bb'],
    ['a byte-order mark', '\ufeffa'],
    ['half a surrogate pair', 'a\ud83d'],
    ['a code point nobody has assigned', '\u0378'],
    ['a private one', '\ue000'],
    ['one that is no character', '\uffff'],
  ])('refuses %s', (_, text) => expect(isPrintable(text)).toBe(false));
});

describe('nameKey()', () => {
  it.each([
    ['in case', 'Default', 'DEFAULT'],
    ['in blanks', 'My  project ', ' my project'],
    ['in how an accent is written', 'Cafe\u0301', 'CAF\u00c9'],
  ])('is the same of names that differ %s', (_, one, other) => expect(nameKey(one)).toBe(nameKey(other)));

  it.each([
    ['in an accent', 'Cafe', 'Café'],
    ['in a blank', 'ab', 'a b'],
    ['in a letter that only looks the same', 'a', 'а'],
  ])('is another one of names that differ %s', (_, one, other) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });

  it('is the same of itself', () => {
    fc.assert(
      fc.property(text, (text) => nameKey(nameKey(text)) === nameKey(text)),
      { numRuns: 5_000 },
    );
  });

  it('is the same of a name and of what is stored of it', () => {
    fc.assert(fc.property(text, (text) => nameKey(normalizeName(text)) === nameKey(text)));
  });
});
