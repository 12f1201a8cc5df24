import { randomFillSync } from 'node:crypto';
import { TypeID } from 'typeid-js';

/** What an identifier names, by its prefix. */
export type IdPrefix =
  | 'usr'
  | 'team'
  | 'mem'
  | 'key'
  | 'tok'
  | 'prj'
  | 'mon'
  | 'aud'
  | 'ses'
  | 'idm'
  | 'prc'
  | 'wrk'
  | 'chr'
  | 'rul'
  | 'mnt'
  | 'chn'
  | 'dlv'
  | 'msg'
  | 'inc'
  | 'ine'
  | 'bln';

const COUNTER_LIMIT = 0x1000;
const bytes = new Uint8Array(16);
let lastMillisecond = 0;
let counter = 0;

/**
 * A new identifier: `<prefix>_` and a UUIDv7 (RFC 9562, 5.7) in 26 base32 characters.
 *
 * Identifiers of one process sort in the order they were made, also within a millisecond and after the
 * clock was set back (RFC 9562, 6.2, method 1): a counter follows the time, 62 random bits follow it.
 */
export function newId(prefix: IdPrefix, now = Date.now()): string {
  if (now > lastMillisecond) {
    lastMillisecond = now;
    counter = 0;
  } else if (++counter === COUNTER_LIMIT) {
    lastMillisecond += 1;
    counter = 0;
  }
  randomFillSync(bytes);
  for (let i = 0, shift = 2 ** 40; i < 6; i += 1, shift /= 256)
    bytes[i] = Math.floor(lastMillisecond / shift) % 256;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return TypeID.fromUUIDBytes(prefix, bytes).toString();
}
