/** How much JSON a body may hold. Bounds that no honest request reaches. */
const MAX_DEPTH = 32;
const MAX_MEMBERS = 1_000;
/** In UTF-16 code units, as it is written. */
const MAX_NAME = 128;

/** Why a body was refused, in words that complete "The body ...". */
export class JsonError extends Error {}

/** Member names that would reach into an object's prototype. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses a JSON object strictly: no member twice (RFC 8259 leaves open which would count), 32 levels, 1,000
 * members, no long names, no number a double cannot hold. The bounds are checked in one pass before anything is built, so
 * that a hostile body costs no more than its length. Throws `JsonError`.
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const text = decode(bytes);
  checkStructure(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JsonError(`is not JSON: ${(error as Error).message.replace(/,? *["'].*$/s, '')}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new JsonError('must be a JSON object');
  return value as Record<string, unknown>;
}

function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonError('is not UTF-8');
  }
  if (text.startsWith('\ufeff')) throw new JsonError('begins with a byte order mark (RFC 8259, section 8.1)');
  return text;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [0x5b, 0x7b, 0x5d, 0x7d];
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Walks the tokens of `text`, each character once, with a stack of the objects (their member names) and lists (null) it is in. */
function checkStructure(text: string): void {
  const open: Array<Set<string> | null> = [];
  let members = 0;
  let lastString = '';
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (BLANKS.has(code)) continue;
    const string = code === QUOTE ? stringAt(text, at) : '';
    if (string !== '') at += string.length - 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(code === OPEN_OBJECT ? new Set() : null);
      if (open.length > MAX_DEPTH) throw new JsonError(`is nested deeper than ${MAX_DEPTH} levels`);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open.pop();
    else if (code === COLON) {
      if (++members > MAX_MEMBERS) throw new JsonError(`has more than ${MAX_MEMBERS} members`);
      addMember(open.at(-1), lastString);
    } else if (beginsNumber(code)) at = checkNumber(text, at) - 1;
    lastString = string;
  }
}

/** The string that begins at `at`, with its quotes as far as it has them. What is escaped in it is whole characters. */
function stringAt(text: string, at: number): string {
  let end = at + 1;
  let hasSurrogate = false;
  for (let code; end < text.length && (code = text.charCodeAt(end)) !== QUOTE; end += 1)
    if (code === BACKSLASH) {
      hasSurrogate ||= isEscapedSurrogate(text, end);
      end += 1;
    }
  const string = text.slice(at, end + 1);
  if (hasSurrogate) checkText(string);
  return string;
}

/** Whether a surrogate is escaped at `at`: `\uD800` to `\uDFFF`. */
const isEscapedSurrogate = (text: string, at: number): boolean =>
  text[at + 1] === 'u' && /^d[89a-f]/i.test(text.slice(at + 2, at + 4));

/** A surrogate that is half of no pair: a character of nothing, which no UTF-8 can hold. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function addMember(object: Set<string> | null | undefined, token: string): void {
  if (!object || token === '') return; // not JSON: the parser says so
  if (token.length > MAX_NAME + 2) throw new JsonError(`has a name of more than ${MAX_NAME} characters`);
  const name = unquote(token);
  if (FORBIDDEN.has(name)) throw new JsonError(`must not have a member ${name}`);
  if (object.has(name)) throw new JsonError(`names the member ${JSON.stringify(name).slice(0, 80)} twice`);
  object.add(name);
}

function unquote(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    throw new JsonError('is not JSON: a string in it is broken');
  }
}

function checkText(token: string): void {
  if (LONE_SURROGATE.test(unquote(token))) throw new JsonError('has a string with half a character in it');
}

const beginsNumber = (code: number): boolean => code === 0x2d || (code >= 0x30 && code <= 0x39);
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** So few digits are exact, and finite where no exponent follows. */
const SAFE_DIGITS = 15;

/** Checks the number that begins at `at`, and gives where it ends. */
function checkNumber(text: string, at: number): number {
  NUMBER.lastIndex = at;
  if (!NUMBER.test(text)) return at + 1;
  const end = NUMBER.lastIndex;
  const token = text.slice(at, end);
  if (token.length <= SAFE_DIGITS && !/[eE]/.test(token)) return end;
  const number = Number(token);
  const isExact = /[.eE]/.test(token) ? Number.isFinite(number) : Number.isSafeInteger(number);
  if (!isExact) throw new JsonError('has a number that cannot be held exactly');
  return end;
}
