/** Whatever could move a cursor, turn the direction of writing or hide: all controls but line breaks and tabs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

const KEPT = new Set(['\n', '\t']);

/** `text` with `U+FFFD` for every control in it but line breaks and tabs. */
export const printable = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(UNPRINTABLE, (found) => (KEPT.has(found) ? found : '\ufffd'));

/** The first `most` characters (UTF-16 code units) of `text`, and an ellipsis as the last one where there is more. */
export const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${beginning(text, most - 1)}…`;

/** The first `most` characters (UTF-16 code units) of `text`: one less where that would halve the last. */
export const beginning = (text: string, most: number): string =>
  text.slice(0, most).replace(/[\ud800-\udbff]$/, '');

/**
 * Decodes a body by the charset of its `content-type`, by any name that the WHATWG encoding standard gives
 * it. UTF-8 where none is given, or one that nobody knows. A byte order mark is left out.
 */
export function decode(body: Uint8Array, contentType = ''): string {
  const [, label = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";,]+)/i.exec(contentType) ?? [];
  return decoder(label).decode(body);
}

function decoder(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}
