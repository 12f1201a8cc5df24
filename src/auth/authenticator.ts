import { Injectable } from '@nestjs/common';
import { CredentialInvalid } from './auth.problems.js';
import type { Principal, RequestContext } from './principal.js';
import { Secrets } from '../crypto/secrets.js';
import { tokenKind } from '../crypto/token.js';
import { isUnavailable } from '../database/errors.js';
import { FailedAttempts } from './failed-attempts.js';
import { type DigestedToken, TokenLookup } from './token-lookup.js';

/** Finds out who is behind a token, cheap refusals first: shape and checksum, attempts of the address, digest. */
@Injectable()
export class Authenticator {
  /** The first look-ups that are running, by digest and address, and whether each turns out to be no guess. */
  private readonly firstLookUps = new Map<string, Promise<boolean>>();

  constructor(
    private readonly tokens: TokenLookup,
    private readonly failures: FailedAttempts,
    private readonly secrets: Secrets,
  ) {}

  /** The caller. Throws one of the credential problems, or `TooManyFailures`. */
  async authenticate(token: string, context: RequestContext): Promise<Principal> {
    const kind = tokenKind(token);
    if (kind === null || kind === 'cnf') {
      await this.failures.attempt(context.counted);
      throw new CredentialInvalid(
        kind === 'cnf'
          ? 'The token is of a link that confirms an e-mail address, and no credential.'
          : 'The token is incomplete or mistyped: it looks truncated, or its checksum does not fit.',
      );
    }
    const digested = { kind, token, digest: this.secrets.tokenDigest(token) };
    if (this.failures.isGood(digested.digest)) return this.lookUpKnownGood(digested, context);
    const who = `${digested.digest} ${context.counted.own}`;
    const running = this.firstLookUps.get(who);
    if (!running) return this.lookUpOncePerToken(who, digested, context);
    return (await running) ? this.lookUpKnownGood(digested, context) : this.lookUpCounted(digested, context);
  }

  /** Of a token that has worked lately: not counted, so that others who guess behind its address do not stop it. */
  private async lookUpKnownGood(token: DigestedToken, context: RequestContext): Promise<Principal> {
    try {
      return await this.findPrincipal(token, context);
    } catch (error) {
      if (!isUnavailable(error)) this.failures.forget(token.digest);
      throw error;
    }
  }

  /** Those that come with the same token meanwhile wait for it, so that a good one is not taken for many guesses. */
  private lookUpOncePerToken(who: string, token: DigestedToken, context: RequestContext): Promise<Principal> {
    const caller = this.lookUpCounted(token, context);
    const outcome = caller.then(() => true, isUnavailable).finally(() => this.firstLookUps.delete(who));
    this.firstLookUps.set(who, outcome);
    return caller;
  }

  private async lookUpCounted(token: DigestedToken, context: RequestContext): Promise<Principal> {
    await this.failures.attempt(context.counted);
    try {
      const caller = await this.findPrincipal(token, context);
      await this.failures.refund(context.counted);
      this.failures.remember(token.digest);
      return caller;
    } catch (error) {
      if (isUnavailable(error)) await this.failures.refund(context.counted);
      throw error;
    }
  }

  private async findPrincipal(token: DigestedToken, context: RequestContext): Promise<Principal> {
    const caller = await this.tokens.find(token, context);
    if (!caller) throw new CredentialInvalid('The token is not known here.');
    return caller;
  }
}
