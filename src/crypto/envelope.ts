import { type CipherKey, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The sealed value is not one, was changed, belongs elsewhere, or was sealed under another key. */
export class EnvelopeError extends Error {}

/**
 * Encrypts `text` with AES-256-GCM under a random nonce. `place` is authenticated but not stored: a sealed
 * value that is moved to another row, column or team no longer opens.
 */
export function seal(key: CipherKey, text: string, place: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(`${VERSION}\n${place}`));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${sealed.toString('base64url')}`;
}

/** What `seal` was given. Throws `EnvelopeError`. */
export function open(key: CipherKey, envelope: string, place: string): string {
  const [version, body = ''] = envelope.split('.');
  const sealed = Buffer.from(body, 'base64url');
  if (version !== VERSION || sealed.length < NONCE_BYTES + TAG_BYTES)
    throw new EnvelopeError('Not a sealed value');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(`${VERSION}\n${place}`))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  } catch {
    throw new EnvelopeError('The sealed value does not open here');
  }
}
