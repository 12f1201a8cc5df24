import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isPrintable, isVisible, nameKey, normalizeName } from './name.js';

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
    ['a joiner in a Persian word', 'می\u200cخواهم'],
    ['a joiner that ends an Indic word', 'അവന\u0d4d\u200d'],
    ['an emoji of several, with a skin tone', '\u{1f469}\u{1f3fd}\u200d\u{1f692}'],
    ['an emoji with a style in between', '❤\ufe0f\u200d\u{1f525}'],
    ['a flag with a style in between', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
    ['the flag of Scotland', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['a keycap', '1\ufe0f\u20e3'],
    ['a variant of a Han character', '葛\u{e0100}城'],
    ['hieroglyphs that are joined', '\u{13000}\u{13430}\u{13001}'],
    ['30 combining marks', `a${'\u0316'.repeat(30)}`],
  ])('takes %s', (_, text) => expect(isPrintable(text)).toBe(true));

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
    ['a soft hyphen', 'a\u00adb'],
    ['a grapheme joiner', 'a\u034fb'],
    ['a Hangul filler', '\u115f'],
    ['a half-width one', '\uffa0'],
    ['another one', 'a\u3164b'],
    ['a blank of Braille', '\u2800'],
    ['a vowel that shows nothing', '\u17b4'],
    ['a note that shows nothing', '\u{1d159}'],
    ['a quadrat that shows nothing', '\u{13441}'],
    ['half of one', 'a\u{13442}b'],
    ['a joiner of hieroglyphs by itself', '\u{13430}'],
    ['one behind a letter', 'a\u{13430}'],
    ['an enclosure of hieroglyphs', 'a\u{1343c}b'],
    ['the place of an object', '\ufffc'],
    ['a filler of Khitan', 'a\u{16fe4}'],
    ['an annotation mark', 'a\ufff9b'],
    ['a beam of music', '\u{1d173}'],
    ['a Mongolian variation by itself', '\u180b'],
    ['a tag outside a flag', 'a\u{e0061}'],
    ['a flag with tags that do not end', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}'],
    ['a joiner by itself', '\u200d'],
    ['one at the end of a word', 'ab\u200d'],
    ['one beside a blank', 'a \u200cb'],
    ['two in a row', 'a\u200c\u200cb'],
    ['a variation selector behind a letter', 'a\ufe0f'],
    ['one by itself', '\ufe0f'],
    ['an ideographic one behind a letter', 'a\u{e0100}'],
    ['31 combining marks in a row', `a${'\u0316'.repeat(31)}`],
  ])('refuses %s', (_, text) => expect(isPrintable(text)).toBe(false));
});

describe('isVisible()', () => {
  it.each(['a', '7', '!', '愛', '\u{1f680}', 'a\u0301'])('sees %p', (text) =>
    expect(isVisible(text)).toBe(true),
  );

  it.each(['', ' ', '\u3000', '\u0301', '\u20dd'])('sees nothing in %p', (text) => {
    expect(isVisible(text)).toBe(false);
  });
});

describe('normalizeName()', () => {
  it('leaves what would take long as it is', () => {
    const text = '\u0300'.repeat(60_000) + '\u0316'.repeat(60_000);
    expect(normalizeName(text)).toBe(text);
    expect(isPrintable(text)).toBe(false);
  });
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
