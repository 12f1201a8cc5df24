import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EnvelopeError, open, seal } from './envelope.js';
import { Keyring } from './keyring.js';

/** Where a sealed value is kept. A value opens only in its own place. */
export interface EncryptionContext {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly team: string;
}

const SECRET_ID_LENGTH = 16;
const secretIdOf = (fingerprint: string): string => fingerprint.slice(0, SECRET_ID_LENGTH);

const asText = ({ table, column, row, team }: EncryptionContext): string =>
  [table, column, row, team].join('\n');

/** Digests, encryption and signatures under the master secret, and under the one before it while it is being rotated. */
@Injectable()
export class Secrets {
  private readonly current: Keyring;
  private readonly previous: Keyring | null;

  constructor(masterSecret: string, previousSecret: string | null = null) {
    this.current = new Keyring(masterSecret);
    this.previous = previousSecret === null ? null : new Keyring(previousSecret);
  }

  /** What is stored of a token: HMAC-SHA-256, so that a stolen database can neither be used nor guessed against. */
  tokenDigest(token: string): string {
    return this.current.mac('token-digest', token);
  }

  /** The digest under the previous secret, or null when no rotation is under way. */
  previousTokenDigest(token: string): string | null {
    return this.previous?.mac('token-digest', token) ?? null;
  }

  encrypt(text: string, place: EncryptionContext): string {
    return seal(this.current.key('encryption'), text, asText(place));
  }

  /** Throws `EnvelopeError`. */
  decrypt(envelope: string, place: EncryptionContext): string {
    return this.opened(envelope, place).text;
  }

  /** The value sealed under the current secret: `envelope` itself where it is already. Throws `EnvelopeError`. */
  reseal(envelope: string, place: EncryptionContext): string {
    const { text, isCurrent } = this.opened(envelope, place);
    return isCurrent ? envelope : this.encrypt(text, place);
  }

  private opened(envelope: string, place: EncryptionContext): { text: string; isCurrent: boolean } {
    try {
      return { text: open(this.current.key('encryption'), envelope, asText(place)), isCurrent: true };
    } catch (error) {
      if (!(error instanceof EnvelopeError) || !this.previous) throw error;
      return { text: open(this.previous.key('encryption'), envelope, asText(place)), isCurrent: false };
    }
  }

  /** A value that tells whether a database was made under this secret, and nothing else. */
  get fingerprint(): string {
    return this.current.mac('fingerprint', 'pulseapi');
  }

  get previousFingerprint(): string | null {
    return this.previous?.mac('fingerprint', 'pulseapi') ?? null;
  }

  /** What is stored beside a token's digest, to tell under which secret it was made. */
  get secretId(): string {
    return secretIdOf(this.fingerprint);
  }

  get previousSecretId(): string | null {
    return this.previousFingerprint && secretIdOf(this.previousFingerprint);
  }

  /** For what lives at most a day, so that the previous secret does not count: cursors and idempotent answers. */
  mac(purpose: 'cursor-nonce' | 'idempotency', text: string): string {
    return this.current.mac(purpose, text);
  }

  key(purpose: 'cursor' | 'idempotency'): KeyObject {
    return this.current.key(purpose);
  }
}
