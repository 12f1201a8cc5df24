import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secrets } from './secrets.js';

/** Where a page ends: the sort values of its last row. */
export type Position = ReadonlyArray<string | number>;

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What is encrypted is filled up to this, and where it is longer to a power of two: no length tells of a value. */
const LEAST_BYTES = 64;

/**
 * Makes and reads the opaque cursors of lists: positions that are encrypted, and bound to what `list` says. One
 * that was changed, or that is used with another list, is refused; and nothing in it can be read, because
 * positions count what the whole instance does. One position of one list has one cursor: its nonce is made of
 * both (as a synthetic one of RFC 5297 is), so that two positions share one as rarely as two random nonces.
 */
@Injectable()
export class Cursors {
  constructor(private readonly secrets: Secrets) {}

  encode(position: Position, list: string): string {
    const text = padded(JSON.stringify(position));
    const digest = this.secrets.mac('cursor-nonce', `${list.length}\n${list}\n${text.toString('utf8')}`);
    const nonce = Buffer.from(digest, 'hex').subarray(0, NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.secrets.key('cursor'), nonce).setAAD(Buffer.from(list));
    const sealed = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  /** The position, or null where the cursor is not one of this list. */
  decode(cursor: string, list: string): Position | null {
    const sealed = Buffer.from(cursor, 'base64url');
    // Node reads other alphabets too, and over what is none: one cursor would have many spellings.
    if (sealed.toString('base64url') !== cursor || sealed.length < NONCE_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(ALGORITHM, this.secrets.key('cursor'), sealed.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(list))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      const text = [decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
      return JSON.parse(Buffer.concat(text).toString('utf8')) as Position;
    } catch {
      return null;
    }
  }
}

/** Blanks behind JSON mean nothing. */
function padded(json: string): Buffer {
  const text = Buffer.from(json);
  const size = Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(text.length)));
  return Buffer.concat([text, Buffer.alloc(size - text.length, ' ')]);
}
