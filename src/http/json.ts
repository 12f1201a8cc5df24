/** How much JSON a body may hold. Bounds that no honest request reaches. */
const MAX_DEPTH = 32;
const MAX_MEMBERS = 1_000;

/** Why a body was refused, in words that complete "The body ...". */
export class JsonError extends Error {}

/** Member names that would reach into an object's prototype. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** A string that does not end is one token too: looked for again at each of its quotes, it would cost its square. */
const STRUCTURE = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * Parses a JSON object strictly: no member twice (RFC 8259 leaves open which would count), 32 levels, 1,000
 * members, no number a double cannot hold. The bounds are checked in one pass before anything is built, so
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

/** A surrogate that is half of no pair: a character of nothing, which no UTF-8 can hold. */
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Walks the tokens of `text` with a stack of the objects (their member names) and arrays (null) it is in. */
function checkStructure(text: string): void {
  const open: Array<Set<string> | null> = [];
  let members = 0;
  let last = '';
  for (const [token] of text.matchAll(STRUCTURE)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) throw new JsonError(`is nested deeper than ${MAX_DEPTH} levels`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      if (++members > MAX_MEMBERS) throw new JsonError(`has more than ${MAX_MEMBERS} members`);
      addMember(open.at(-1), last);
    } else if (ESCAPED_SURROGATE.test(token)) checkText(token);
    else if (/^[-\d]/.test(token)) checkNumber(token);
    last = token;
  }
}

function addMember(object: Set<string> | null | undefined, token: string): void {
  if (!object || !token.startsWith('"')) return; // not JSON: the parser says so
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

function checkNumber(token: string): void {
  const number = Number(token);
  const isExact = /[.eE]/.test(token) ? Number.isFinite(number) : Number.isSafeInteger(number);
  if (!isExact) throw new JsonError('has a number that cannot be held exactly');
}
