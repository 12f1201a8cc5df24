import { Injectable, Logger } from '@nestjs/common';
import type { Principal, RequestContext } from '../access/principal.js';
import { KeyAuthenticator } from '../api-keys/key-authenticator.js';
import { KeyTokens } from '../api-keys/key-tokens.js';
import { Secrets } from '../crypto/secrets.js';
import type { CredentialKind } from '../crypto/token.js';
import { SessionTokens } from './session-tokens.js';
import { SessionAuthenticator } from './session-authenticator.js';

/** A token and its digest under the current master secret. */
export interface DigestedToken {
  readonly kind: CredentialKind;
  readonly token: string;
  readonly digest: string;
}

/** Finds the principal behind a token by its digest. */
@Injectable()
export class TokenLookUp {
  private readonly logger = new Logger(TokenLookUp.name);

  constructor(
    private readonly keys: KeyAuthenticator,
    private readonly keyTokens: KeyTokens,
    private readonly sessions: SessionAuthenticator,
    private readonly sessionTokens: SessionTokens,
    private readonly secrets: Secrets,
  ) {}

  /**
   * The caller, or null where nobody has this token. While the master secret is being rotated, a token that
   * is known under the previous one moves to the current one.
   */
  async find({ kind, token, digest }: DigestedToken, context: RequestContext): Promise<Principal | null> {
    const [owners, tokens] =
      kind === 'key' ? [this.keys, this.keyTokens] : [this.sessions, this.sessionTokens];
    const caller = await owners.authenticate(digest, context);
    const previous = this.secrets.previousTokenDigest(token);
    if (caller || previous === null) return caller;
    const unmoved = await owners.authenticate(previous, context);
    if (unmoved) await tokens.move(previous, digest).catch((error: Error) => this.warn(error));
    // Also another request may have moved it between the two look-ups: a change looks for it where it is now.
    return (await owners.authenticate(digest, context)) ?? unmoved;
  }

  /** The next use tries again. */
  private warn(error: Error): void {
    this.logger.warn(
      `A token could not be moved to the new master secret: ${error.message.split('\n', 1)[0]}`,
    );
  }
}
