import type { InboundResponse } from '../../egress/exchange.js';
import type { Redaction } from './redaction.js';
import { beginning, decode, printable } from './text.js';

export const EXCERPT_LENGTH = 1_024;

/** What is looked at: more than is shown, because secrets get shorter. Characters. */
const WINDOW = 2 * EXCERPT_LENGTH;

/** The most that a character takes in any charset. */
const BYTES_PER_CHARACTER = 4;

/** Content counts as binary when more than so much of it are characters that no text has. */
const MAX_STRANGE = 0.1;

const STRANGE = /[^\P{Cc}\s]|\ufffd/gu;

/**
 * The beginning of a body for people to read, at most 1,024 characters: without the probe's secrets and
 * without controls that move a cursor. Of content that is no text only what it is. Null where there is none.
 */
export function excerptOf(response: InboundResponse, redaction: Redaction): string | null {
  const { body, headers } = response;
  if (body.length === 0) return null;
  const contentType = headers['content-type'];
  const text = beginning(decode(body.subarray(0, WINDOW * BYTES_PER_CHARACTER), contentType), WINDOW);
  if (isBinary(text)) return describeBinary(response, redaction);
  return beginning(printable(redaction.apply(text)), EXCERPT_LENGTH);
}

const isBinary = (text: string): boolean =>
  text.includes('\0') || (text.match(STRANGE)?.length ?? 0) > text.length * MAX_STRANGE;

function describeBinary({ body, headers, isCut }: InboundResponse, redaction: Redaction): string {
  const type = printable(redaction.apply(headers['content-type'] ?? 'of no declared type'));
  const size = `${isCut ? 'more than ' : ''}${body.length} bytes`;
  return `(binary content, ${beginning(type, 100)}, ${size})`;
}
