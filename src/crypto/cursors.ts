import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secrets } from './secrets.js';

/** Where a page ends: the sort values of its last row. */
export type Position = ReadonlyArray<string | number>;

const SIGNATURE_LENGTH = 32;

/**
 * Makes and reads the opaque cursors of lists. A cursor is signed and bound to its list, team and filter:
 * one that was changed, or that is used with another list, is refused.
 */
@Injectable()
export class Cursors {
  constructor(private readonly secrets: Secrets) {}

  encode(position: Position, list: string): string {
    const body = Buffer.from(JSON.stringify(position)).toString('base64url');
    return `${body}.${this.sign(body, list)}`;
  }

  /** The position, or null where the cursor is not one of this list. */
  decode(cursor: string, list: string): Position | null {
    const dot = cursor.lastIndexOf('.');
    const [body, signature] = [cursor.slice(0, Math.max(dot, 0)), cursor.slice(dot + 1)];
    const expected = Buffer.from(this.sign(body, list));
    const given = Buffer.from(signature);
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    return isOurs ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Position) : null;
  }

  private sign(body: string, list: string): string {
    return this.secrets.mac('cursor', `${list}\n${body}`).slice(0, SIGNATURE_LENGTH);
  }
}
