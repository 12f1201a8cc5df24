/**
 * Characters no name may hold: controls, unassigned and private-use code points, surrogates, line and paragraph
 * separators, and whatever shows nothing: what Unicode has displays ignore (zero-width marks, bidirectional
 * controls, fillers, tags), what controls how annotations and hieroglyphs are set, the place of an object, and those
 * that are printed as blanks though no property of Unicode says so: of Braille, of musical and hieroglyphic writing
 * (full and half a quadrat), of Khitan.
 */
const FORBIDDEN =
  /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u061c\ufff9-\ufffc\u2800\u{13430}-\u{1343f}\u{13441}\u{13442}\u{1d159}\u{16fe4}]/u;

/**
 * Where invisible characters have a meaning: joiners inside words, and behind a virama, which they shape; emoji
 * and their sequences (UTS 51), with the tags of the flags of regions; the variants of Han and Mongolian letters;
 * what joins hieroglyphs.
 */
const MEANT = new RegExp(
  [
    String.raw`(?<=[\p{L}\p{M}])[\u200c\u200d](?=[\p{L}\p{M}])`,
    String.raw`(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]`,
    String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`,
    String.raw`[0-9#*]\ufe0f\u20e3`,
    String.raw`(?<=(?:\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier}))\u200d(?=\p{Extended_Pictographic})`,
    String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]`,
    String.raw`(?<=\p{Script=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`,
    String.raw`(?<=\p{Script=Mongolian})[\u180b-\u180d\u180f]`,
    String.raw`(?<=[\u{13000}-\u{1342f}])[\u{13430}-\u{1343b}](?=[\u{13000}-\u{1342f}])`,
  ].join('|'),
  'gu',
);

/** What a reader sees by itself: letters, digits, punctuation, symbols. Marks need something to stand on. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * More combining marks in a row than any language has: with 30 at most a text is in stream-safe format (UAX 15,
 * section 13). Without a bound, normalising takes time with the square of their number.
 */
const TOO_MANY_MARKS = /\p{M}{31}/u;

/** Whether `text` is normalised in time that grows with its length only. */
export const isStreamSafe = (text: string): boolean => !TOO_MANY_MARKS.test(text);

/** `text` as names are stored: Unicode NFC, without blanks at the ends. One that is not stream-safe stays as it is. */
export const normalizeName = (text: string): string =>
  isStreamSafe(text) ? text.normalize('NFC').trim() : text;

/** Whether `text` holds only what a person can see in a name. */
export const isPrintable = (text: string): boolean =>
  !TOO_MANY_MARKS.test(text) && (!FORBIDDEN.test(text) || !FORBIDDEN.test(text.replace(MEANT, '')));

/** Whether there is anything to be seen in `text`, which is printable. */
export const isVisible = (text: string): boolean => VISIBLE.test(text);

/**
 * What two names are compared by when a name must be unique. Both databases compare it byte by byte, so
 * that neither's own rules about case, accents and trailing blanks decide.
 */
export const nameKey = (text: string): string => normalizeName(text).toLowerCase().replace(/\s+/gu, ' ');
