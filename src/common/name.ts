/**
 * Characters no name may hold: controls, unassigned and private-use code points, surrogates, and the
 * invisible ones that reorder or hide text (bidirectional controls, zero-width marks, byte-order mark).
 */
const FORBIDDEN =
  /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Zl}|\p{Zp}/u;

/** `text` as names are stored: Unicode NFC, without blanks at the ends. */
export const normalizeName = (text: string): string => text.normalize('NFC').trim();

/** Whether `text` holds only what a person can see in a name. */
export const isPrintable = (text: string): boolean => !FORBIDDEN.test(text);

/**
 * What two names are compared by when a name must be unique. Both databases compare it byte by byte, so
 * that neither's own rules about case, accents and trailing blanks decide.
 */
export const nameKey = (text: string): string => normalizeName(text).toLowerCase().replace(/\s+/gu, ' ');
