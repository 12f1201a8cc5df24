import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** The largest multiple of 62 a byte can hold: bytes from there on would favour some characters. */
const UNBIASED = 248;

/** What a caller shows who they are with: an API key or a session. */
export type CredentialKind = 'key' | 'ses';

/** What a token is: a credential, or the link that confirms an e-mail address. */
export type TokenKind = CredentialKind | 'cnf';

const SHAPE = /^pulse_(key|ses|cnf)_[0-9A-Za-z]{49}$/;

/**
 * A new token, `pulse_<kind>_<secret><checksum>`: 43 base62 characters (256 bits) from the system's random
 * generator, and the CRC-32 of all before it as 6 base62 characters. The checksum lets scanners and the
 * server tell a mistyped token from an unknown one without a look-up; it protects nothing.
 */
export function generateToken(kind: TokenKind): string {
  const body = `pulse_${kind}_${randomBase62(SECRET_LENGTH)}`;
  return body + checksum(body);
}

/** The kind of a well-formed token, or null where the shape or the checksum is wrong. */
export function tokenKind(token: string): TokenKind | null {
  const kind = SHAPE.exec(token)?.[1];
  const isWhole = kind && checksum(token.slice(0, -CHECKSUM_LENGTH)) === token.slice(-CHECKSUM_LENGTH);
  return isWhole ? (kind as TokenKind) : null;
}

/** `text` without the tokens in it, of whatever kind, for what is kept or repeated of what a caller sent. */
export const withoutTokens = (text: string): string =>
  text.replace(/pulse_([a-z]{3})_[0-9A-Za-z]{8,}/g, 'pulse_$1_...');

/** The same for a path of a URL, where a token may be written with escapes (RFC 3986, 2.1). */
export function pathWithoutTokens(path: string): string {
  const plain = path.replace(/%([2-7][\dA-F])/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  const redacted = withoutTokens(plain);
  return redacted === plain ? path : redacted;
}

/**
 * The same for an e-mail that is written to the log because there is no mail server: the links in it stay, because
 * nobody can follow them otherwise. They let nobody in.
 */
export const withoutCredentials = (text: string): string =>
  text.replace(/pulse_(?!cnf)([a-z]{3})_[0-9A-Za-z]{8,}/g, 'pulse_$1_...');

/** What lists show of a token: two characters of its secret and the checksum. At least 190 bits stay unknown. */
export const tokenSuffix = (token: string): string => token.slice(-8);

/** CRC-32 (zlib) of `text` in base62, padded with zeros to 6 characters. */
export function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    digits = ALPHABET[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function randomBase62(length: number): string {
  let characters = '';
  while (characters.length < length)
    for (const byte of randomBytes(2 * length)) {
      if (byte < UNBIASED && characters.length < length) characters += ALPHABET[byte % 62]!;
    }
  return characters;
}
