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

const CHARSET = /;\s*charset\s*=\s*["']?([^\s"';,]+)/i;
const JSON_TYPE = /^\s*(?:application|text)\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i;
const XML_TYPE = /^\s*[\w.!#$&^+-]+\/(?:[\w.!#$&^+-]+\+)?xml\s*(?:;|$)/i;
const HTML_TYPE = /^\s*text\/html\s*(?:;|$)/i;

const MARKS: ReadonlyArray<readonly [charset: string, mark: readonly number[]]> = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const XML_DECLARATION = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]+)["']/i;
const META = /<meta\s[^>]*?\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i;

/** How much of a document is searched for the charset that it declares, as browsers do. Bytes. */
const PRESCAN = 1_024;

/** The charset that a document declares itself. It cannot be UTF-16, or nobody could have read that. */
function declaredIn(body: Uint8Array, contentType: string): string | undefined {
  if (!XML_TYPE.test(contentType) && !HTML_TYPE.test(contentType) && contentType !== '') return undefined;
  const beginning = Buffer.from(body.buffer, body.byteOffset, Math.min(PRESCAN, body.length)).toString(
    'latin1',
  );
  const [, label] =
    XML_DECLARATION.exec(beginning) ?? (XML_TYPE.test(contentType) ? null : META.exec(beginning)) ?? [];
  return label === undefined || /^utf-?16/i.test(label) ? undefined : label;
}

const markedAs = (body: Uint8Array): string | undefined =>
  MARKS.find(([, mark]) => mark.every((byte, at) => body[at] === byte))?.[0];

/**
 * Decodes a body as browsers do: by its byte order mark, by the charset of its `content-type`, by what a document
 * of HTML or XML declares itself, by any name that the WHATWG encoding standard gives it. UTF-8 where none is
 * given, or one that nobody knows, and for JSON (RFC 8259, 8.1). A byte order mark is left out.
 */
export function decode(body: Uint8Array, contentType = ''): string {
  if (JSON_TYPE.test(contentType)) return decodeJson(body);
  const label = markedAs(body) ?? CHARSET.exec(contentType)?.[1] ?? declaredIn(body, contentType);
  return decoder(label ?? 'utf-8').decode(body);
}

/** Decodes a document of JSON, which is UTF-8 whatever is said of it; a byte order mark alone may tell otherwise. */
export const decodeJson = (body: Uint8Array): string => decoder(markedAs(body) ?? 'utf-8').decode(body);

function decoder(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}
