/** Comparisons that the engine's own search may make, at worst so many: some milliseconds. */
const FEW = 2 ** 20;

/** For each beginning of `pattern`, the length of the longest shorter one that it ends with (Knuth, Morris and Pratt). */
export function bordersOf(pattern: string): Uint32Array {
  const borders = new Uint32Array(pattern.length);
  let length = 0;
  for (let at = 1; at < pattern.length; at++) {
    length = grow(pattern, borders, length, pattern.charCodeAt(at));
    borders[at] = length;
  }
  return borders;
}

/** How much of `pattern` is matched when `unit` follows after `length` of it. */
export function grow(pattern: string, borders: Uint32Array, length: number, unit: number): number {
  while (length > 0 && pattern.charCodeAt(length) !== unit) length = borders[length - 1]!;
  return pattern.charCodeAt(length) === unit ? length + 1 : 0;
}

/**
 * Where `pattern` is in `text` first; -1 for nowhere. It takes time in proportion to their lengths: the engine's
 * own search takes it in proportion to their product where a text is made for that.
 */
export function linearIndexOf(text: string, pattern: string): number {
  if (text.length * pattern.length <= FEW) return text.indexOf(pattern);
  const borders = bordersOf(pattern);
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    matched = grow(pattern, borders, matched, text.charCodeAt(at));
    if (matched === pattern.length) return at + 1 - matched;
  }
  return -1;
}
