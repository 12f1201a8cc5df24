import type { ProbeRequest } from '../result/probe-result.js';
import { bordersOf, grow } from './linear-search.js';

/** What is shorter stands in too many places to be blotted out, and is no secret that holds. */
const MIN_LENGTH = 6;

const BLOT = '[redacted]';

/** Blots out what a probe sends in confidence, where its target says it back. */
export class Redaction {
  private readonly forms: readonly string[];

  constructor({ headers }: Pick<ProbeRequest, 'headers'>) {
    const secrets = headers.flatMap(([name, value]) => [value, ...partsOf(name, value)]);
    const forms = secrets.filter((secret) => secret.length >= MIN_LENGTH).flatMap(spellings);
    this.forms = [...new Set(forms)];
  }

  /**
   * `text` without the secrets, also where it ends within one. It takes time in proportion to the text and to how
   * many secrets there are: what is to be shown of a longer text is cut out of it first.
   */
  apply(text: string): string {
    const changes = new Int32Array(text.length + 1);
    for (const form of this.forms) if (text.includes(form.slice(0, MIN_LENGTH))) mark(form, text, changes);
    let clean = '';
    let depth = 0;
    let shownFrom = 0;
    for (let at = 0; at <= text.length; at++) {
      const before = depth;
      depth += changes[at]!;
      if (before === 0 && depth > 0) clean += text.slice(shownFrom, at) + BLOT;
      if (before > 0 && depth === 0) shownFrom = at;
    }
    return clean + text.slice(shownFrom);
  }
}

/** Notes in `changes` where `form` begins (1) and ends (-1) in `text`, and where its beginning ends the text. */
function mark(form: string, text: string, changes: Int32Array): void {
  // More of it than is long can only stand at the end, and there in part.
  const pattern = form.slice(0, text.length + 1);
  const borders = bordersOf(pattern);
  let matched = 0;
  const note = (end: number) => {
    changes[end - matched]! += 1;
    changes[end]! -= 1;
  };
  for (let at = 0; at < text.length; at++) {
    matched = grow(pattern, borders, matched, text.charCodeAt(at));
    if (matched === pattern.length) note(at + 1);
  }
  if (matched >= MIN_LENGTH && matched < pattern.length) note(text.length);
}

/** Secrets within a header's value: the credentials behind a scheme, what Basic wraps (RFC 7617), the values of cookies. */
function partsOf(name: string, value: string): string[] {
  if (name.toLowerCase() === 'cookie')
    return value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
  const [, scheme = '', credentials] = /^([\w-]+) +(\S+)$/.exec(value) ?? [];
  if (credentials === undefined) return [];
  if (scheme.toLowerCase() !== 'basic') return [credentials];
  const pair = Buffer.from(credentials, 'base64').toString();
  return [credentials, pair, pair.slice(pair.indexOf(':') + 1)];
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** How a page, a JSON document or a link would write `secret`; and how its bytes read in UTF-8, for they are sent as Latin-1. */
const spellings = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  secret.replace(/[&<>"']/g, (character) => HTML[character]!),
  Buffer.from(secret, 'latin1').toString(),
];
