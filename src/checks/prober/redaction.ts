import type { Probe } from '../probe.js';

/** What is shorter stands in too many places to be blotted out, and is no secret that holds. */
const MIN_LENGTH = 6;

const BLOT = '[redacted]';

type Range = readonly [start: number, end: number];

/** Blots out what a probe sends in confidence, where its target says it back. */
export class Redaction {
  private readonly forms: readonly string[];

  constructor({ headers }: Pick<Probe, 'headers'>) {
    const secrets = headers.flatMap(([name, value]) => [value, ...partsOf(name, value)]);
    const forms = secrets.filter((secret) => secret.length >= MIN_LENGTH).flatMap(spellings);
    this.forms = [...new Set(forms)];
  }

  /** The length of the longest secret: a text must go on so far behind what is shown of it. */
  get longest(): number {
    return this.forms.reduce((longest, { length }) => Math.max(longest, length), 0);
  }

  /** `text` without the secrets, also where it ends within one. */
  apply(text: string): string {
    let clean = '';
    let at = 0;
    for (const [start, end] of this.rangesIn(text)) {
      if (start >= at) clean += text.slice(at, start) + BLOT;
      at = Math.max(at, end);
    }
    return clean + text.slice(at);
  }

  private rangesIn(text: string): Range[] {
    const ranges: Range[] = [];
    for (const form of this.forms) {
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
        ranges.push([at, at + form.length]);
      const tail = tailOf(text, form);
      if (tail > 0) ranges.push([text.length - tail, text.length]);
    }
    return ranges.sort(([a], [b]) => a - b);
  }
}

/** How many characters at the end of `text` are the beginning of `form`; 0 where they are too few to tell anything. */
function tailOf(text: string, form: string): number {
  const head = form.slice(0, MIN_LENGTH);
  const first = Math.max(0, text.length - form.length + 1);
  for (let at = text.indexOf(head, first); at >= 0; at = text.indexOf(head, at + 1))
    if (form.startsWith(text.slice(at))) return text.length - at;
  return 0;
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
