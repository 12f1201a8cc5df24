import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What keys are derived for. Each purpose has a key of its own (NIST SP 800-57, 5.2), so that none can stand in for another. */
export type Purpose =
  'token-digest' | 'encryption' | 'cursor' | 'cursor-nonce' | 'idempotency' | 'fingerprint';

/** The keys derived from one master secret with HKDF-SHA-256 (RFC 5869). */
export class Keyring {
  private readonly keys = new Map<Purpose, KeyObject>();

  constructor(private readonly masterSecret: string) {}

  /** The 256-bit key for `purpose`. */
  key(purpose: Purpose): KeyObject {
    let key = this.keys.get(purpose);
    if (!key) {
      key = createSecretKey(
        Buffer.from(hkdfSync('sha256', this.masterSecret, '', `pulseapi/v1/${purpose}`, 32)),
      );
      this.keys.set(purpose, key);
    }
    return key;
  }

  /** HMAC-SHA-256 of `text` under the key for `purpose`, in hexadecimal. */
  mac(purpose: Purpose, text: string): string {
    return createHmac('sha256', this.key(purpose)).update(text).digest('hex');
  }
}
