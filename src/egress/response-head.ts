import { protocolError } from './failure.js';

/** The head of a response. */
export interface ResponseHead {
  readonly statusCode: number;
  /** Names in lower case; values of a field that came more than once are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** On which line of the head each field is, by its name: the last where there are several. */
  readonly lines: ReadonlyMap<string, number>;
  /** Whether it is of HTTP/1.0, or older. */
  readonly isOld: boolean;
  /** The first thing in it that is not as RFC 9110 and RFC 9112 have it, in one sentence; null where all is. */
  readonly objection: string | null;
}

export const lineFault = (line: number, fault: string): string =>
  `Line ${line} of the head of the response ${fault}.`;

const notHttp = protocolError('The response is not HTTP.');
const nul = protocolError('The head of the response has a NUL in it.');

const STATUS_LINE = /^HTTP\/\d(?:\.\d)?[ \t]+([1-9]\d\d)(?!\d)/i;
const OLD = /^HTTP\/(?:0|1\.0)/i;
const STRICT_STATUS_LINE = /^HTTP\/1\.[01] [1-9]\d\d [\t \x21-\x7e\x80-\xff]*$/;
/** RFC 9110, 5.1. */
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
const BEYOND_ASCII = /[\x80-\xff]/;
// oxlint-disable-next-line no-control-regex -- controls are what is looked for
const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

const isBlank = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/** `text` without the blanks at its ends. An expression would look at every run of blanks again from each of them. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isBlank(text, from)) from += 1;
  while (to > from && isBlank(text, to - 1)) to -= 1;
  return text.slice(from, to);
}

/** A value as it is meant: bytes beyond ASCII are UTF-8 in practice, or else Latin-1. */
function meaningOf(value: string): string {
  if (!BEYOND_ASCII.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

const EMPTY_LINES = /^[\r\n]+/;

/**
 * Reads a head, from its first byte to the empty line that ends it, as browsers and curl do: they mind
 * neither how lines end nor blanks before a colon, join lines that are continued, and skip what is no field.
 * Throws a `Failure` where it is no head of HTTP at all.
 */
export function parseHead(bytes: Buffer): ResponseHead {
  return new HeadParser().parse(bytes.toString('latin1'));
}

class HeadParser {
  private readonly fields: Array<[name: string, value: string]> = [];
  private readonly places = new Map<string, number>();
  private objection: string | null = null;

  parse(text: string): ResponseHead {
    if (text.includes('\0')) throw nul;
    const head = text.replace(EMPTY_LINES, '');
    if (head.length < text.length) this.object('The response begins with an empty line.');
    const lines = head.split('\n').slice(0, -1);
    const [statusLine = '', ...fields] = lines.map((line, index) => this.endOf(line, index + 1));
    // The empty line.
    fields.pop();
    const [, status] = STATUS_LINE.exec(statusLine) ?? [];
    if (status === undefined) throw notHttp;
    if (!STRICT_STATUS_LINE.test(statusLine)) this.objectTo(1, 'is no status line of HTTP/1.1');
    for (const [index, line] of fields.entries()) this.take(line, index + 2);
    const { headers, places, objection } = this;
    return { statusCode: Number(status), headers, lines: places, isOld: OLD.test(statusLine), objection };
  }

  private endOf(line: string, number: number): string {
    if (line.endsWith('\r')) return line.slice(0, -1);
    this.objectTo(number, 'ends with a line feed alone, and not with CRLF');
    return line;
  }

  private take(line: string, number: number): void {
    if (CONTROL.test(line)) this.objectTo(number, 'has a control character in it');
    if (BEYOND_ASCII.test(line)) this.objectTo(number, 'has a character in it that is not ASCII');
    if (line.startsWith(' ') || line.startsWith('\t')) return this.continue(line, number);
    const colon = line.indexOf(':');
    const written = line.slice(0, Math.max(0, colon));
    const name = trimmed(written);
    if (!NAME.test(name)) return this.objectTo(number, 'is no header field');
    if (name !== written) this.objectTo(number, 'has a blank before its colon');
    this.fields.push([name.toLowerCase(), trimmed(line.slice(colon + 1))]);
    this.places.set(name.toLowerCase(), number);
  }

  /** RFC 9112, 5.2. */
  private continue(line: string, number: number): void {
    this.objectTo(number, 'continues the one before it, which is obsolete');
    const last = this.fields.at(-1);
    const more = trimmed(line);
    if (last) last[1] += last[1] !== '' && more !== '' ? ` ${more}` : more;
  }

  private get headers(): Map<string, string> {
    const headers = new Map<string, string>();
    for (const [name, value] of this.fields) {
      const earlier = headers.get(name);
      headers.set(name, earlier === undefined ? meaningOf(value) : `${earlier}, ${meaningOf(value)}`);
    }
    return headers;
  }

  private objectTo(line: number, fault: string): void {
    this.object(lineFault(line, fault));
  }

  private object(sentence: string): void {
    this.objection ??= sentence;
  }
}
