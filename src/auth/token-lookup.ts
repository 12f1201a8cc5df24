import { Injectable, Logger } from '@nestjs/common';
import { Secrets } from '../crypto/secrets.js';
import type { CredentialKind } from '../crypto/token.js';
import type { Principal, RequestContext } from './principal.js';

/** A token and its digest under the current master secret. */
export interface DigestedToken {
  readonly kind: CredentialKind;
  readonly token: string;
  readonly digest: string;
}

/** Whoever keeps the credentials of one kind. */
export interface CredentialAuthenticator {
  /** The caller, or null where nobody has a token with this digest. Throws what a credential is refused with that does not work any more. */
  authenticate(digest: string, context: RequestContext): Promise<Principal | null>;
  /** Replaces the digest under the previous master secret by that under the current one. It leaves no audit event. */
  moveDigest(from: string, to: string): Promise<void>;
}

/** Finds the principal behind a token by its digest. */
@Injectable()
export class TokenLookup {
  private readonly logger = new Logger(TokenLookup.name);
  private readonly authenticators = new Map<CredentialKind, CredentialAuthenticator>();

  constructor(private readonly secrets: Secrets) {}

  /** Each kind once, at module init. */
  register(kind: CredentialKind, authenticator: CredentialAuthenticator): void {
    this.authenticators.set(kind, authenticator);
  }

  /**
   * The caller, or null where nobody has this token. While the master secret is being rotated, a token that
   * is known under the previous one moves to the current one.
   */
  async find({ kind, token, digest }: DigestedToken, context: RequestContext): Promise<Principal | null> {
    const credentials = this.authenticators.get(kind)!;
    const caller = await credentials.authenticate(digest, context);
    const previous = this.secrets.previousTokenDigest(token);
    if (caller || previous === null) return caller;
    const unmoved = await credentials.authenticate(previous, context);
    if (unmoved) await credentials.moveDigest(previous, digest).catch((error: Error) => this.warn(error));
    // Also another request may have moved it between the two look-ups: a change looks for it where it is now.
    return (await credentials.authenticate(digest, context)) ?? unmoved;
  }

  /** The next use tries again. */
  private warn(error: Error): void {
    this.logger.warn(
      `A token could not be moved to the new master secret: ${error.message.split('\n', 1)[0]}`,
    );
  }
}
