import { protocolError } from './failure.js';
import { lineFault, type ResponseHead } from './response-head.js';

/** How the end of a body is found (RFC 9112, 6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-the-end' };

/** What `framingOf` found. */
export interface Framed {
  readonly framing: Framing;
  /** Codings of the transfer beside `chunked`, in the order they were applied. */
  readonly codings: readonly string[];
  /** What of it is not as RFC 9112 has it, in one sentence. */
  readonly objection: string | null;
}

const noLength = protocolError('The Content-Length of the response is not a number.');
const lengths = protocolError('The response has two different values of Content-Length.');
const unknownEnd = protocolError('The Transfer-Encoding of the response does not tell where its body ends.');

/** The members of a list in a field's value, in lower case. */
export const listOf = (value = ''): string[] =>
  value
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '');

const hasNoBody = (method: string, status: number): boolean =>
  method === 'HEAD' || status < 200 || status === 204 || status === 304;

/** How the body behind `head` is delimited. Throws a `Failure` where nobody can tell. */
export function framingOf(method: string, head: ResponseHead): Framed {
  const { statusCode, headers, lines } = head;
  const transfer = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  const codings = listOf(transfer).filter((each) => each !== 'identity');
  const framed = (framing: Framing, objection: string | null = null): Framed => ({
    framing: hasNoBody(method, statusCode) ? { kind: 'none' } : framing,
    codings: codings.filter((each) => each !== 'chunked'),
    objection,
  });
  if (codings.length > 0) {
    const isChunked = codings.at(-1) === 'chunked';
    if (!isChunked && codings.includes('chunked')) throw unknownEnd;
    return framed({ kind: isChunked ? 'chunked' : 'until-the-end' }, objectionTo(head));
  }
  if (length === undefined) return framed({ kind: 'until-the-end' });
  const values = new Set(length.split(',').map((each) => each.trim()));
  for (const value of values)
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(Number(value))) throw noLength;
  if (new Set([...values].map(Number)).size > 1) throw lengths;
  const objection = length.includes(',')
    ? lineFault(lines.get('content-length')!, 'says Content-Length once more')
    : null;
  return framed({ kind: 'length', length: Number([...values][0]) }, objection);
}

function objectionTo({ headers, lines, isOld }: ResponseHead): string | null {
  const at = lines.get('transfer-encoding')!;
  if (isOld) return lineFault(at, 'says Transfer-Encoding, which HTTP/1.0 does not have');
  const length = lines.get('content-length');
  if (length !== undefined) return lineFault(length, 'says Content-Length beside Transfer-Encoding');
  return headers.get('transfer-encoding')!.trim().toLowerCase() === 'chunked'
    ? null
    : lineFault(at, 'says another Transfer-Encoding than chunked');
}
