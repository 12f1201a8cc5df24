import { Injectable } from '@nestjs/common';
import { AddressNotAllowed, CredentialInvalid } from '../access/access.problems.js';
import type { Principal, RequestContext } from '../access/principal.js';
import { Secrets } from '../crypto/secrets.js';
import { tokenKind } from '../crypto/token.js';
import { isUnavailable } from '../database/errors.js';
import { FailedAttempts } from '../limits/failed-attempts.js';
import { type DigestedToken, TokenLookUp } from './token-look-up.js';

/** Finds out who is behind a token, cheap refusals first: shape and checksum, attempts of the address, digest. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: TokenLookUp,
    private readonly failures: FailedAttempts,
    private readonly secrets: Secrets,
  ) {}

  /** The caller. Throws one of the credential problems, or `TooManyFailures`. */
  async authenticate(token: string, context: RequestContext): Promise<Principal> {
    const kind = tokenKind(token);
    if (kind === null) {
      await this.failures.attempt(context.ip);
      throw new CredentialInvalid(
        'The token is incomplete or mistyped: it looks truncated, or its checksum does not fit.',
      );
    }
    const digested = { kind, token, digest: this.secrets.tokenDigest(token) };
    return this.failures.isGood(digested.digest)
      ? this.nextLookUp(digested, context)
      : this.firstLookUp(digested, context);
  }

  /** Of a token that has worked lately: not counted, so that others who guess behind its address do not stop it. */
  private async nextLookUp(token: DigestedToken, context: RequestContext): Promise<Principal> {
    try {
      return await this.lookUp(token, context);
    } catch (error) {
      if (!isNoGuess(error)) this.failures.forget(token.digest);
      throw error;
    }
  }

  private async firstLookUp(token: DigestedToken, context: RequestContext): Promise<Principal> {
    await this.failures.attempt(context.ip);
    try {
      const caller = await this.lookUp(token, context);
      await this.failures.takeBack(context.ip);
      this.failures.remember(token.digest);
      return caller;
    } catch (error) {
      if (isNoGuess(error)) await this.failures.takeBack(context.ip);
      throw error;
    }
  }

  private async lookUp(token: DigestedToken, context: RequestContext): Promise<Principal> {
    const caller = await this.tokens.find(token, context);
    if (!caller) throw new CredentialInvalid('The token is not known here.');
    return caller;
  }
}

/** Whether a failure says nothing about the token: it was right, or could not be looked up. */
const isNoGuess = (error: unknown): boolean => error instanceof AddressNotAllowed || isUnavailable(error);
