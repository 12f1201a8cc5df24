import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CredentialInvalid } from '../auth/auth.problems.js';
import type { ActorContext, Authority, Principal, RequestContext } from '../auth/principal.js';
import { AuthorityRepository } from '../auth/authority.repository.js';
import { effectiveAbilities } from '../auth/effective-abilities.js';
import { LastUsedTracker } from '../auth/last-used-tracker.js';
import { type CredentialAuthenticator, TokenLookup } from '../auth/token-lookup.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { OncePerInterval } from '../common/once-per-interval.js';
import { ApiKeysRepository, type TokenHolder } from './api-keys.repository.js';
import { abilitiesOf, type KeyMisuse, refusalOf } from './key-standing.js';
import { KeyTokens } from './key-tokens.js';

const MINUTE = 60_000;

/** Finds the principal behind the token of an API key. */
@Injectable()
export class KeyAuthenticator implements CredentialAuthenticator, OnModuleInit {
  private readonly logger = new Logger(KeyAuthenticator.name);
  private readonly reported: OncePerInterval;

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly authority: AuthorityRepository,
    private readonly audited: AuditedTransactions,
    private readonly tokens: KeyTokens,
    private readonly lookup: TokenLookup,
    private readonly lastUsed: LastUsedTracker,
    private readonly clock: Clock,
  ) {
    this.reported = new OncePerInterval(MINUTE, clock);
  }

  onModuleInit(): void {
    this.lookup.register('key', this);
  }

  /**
   * The caller, or null where no key of a member has this token. Throws `CredentialRevoked`,
   * `CredentialExpired` or `AddressNotAllowed` where one has, but it does not work any more or from here; and
   * the answer of the rotation that ended it, where this repeats it.
   */
  async authenticate(digest: string, context: RequestContext): Promise<Principal | null> {
    const row = await this.keys.findByDigest(digest);
    if (!row) return null;
    const now = this.clock.now();
    const refusal = refusalOf(row, now, context.ip);
    if (!refusal) {
      this.noteUse(row, now, context.ip);
      return this.principalOf(row, digest, context);
    }
    if (refusal.isSuperseded) await context.repeat?.({ keyId: row.id, teamId: row.teamId, digest });
    await this.report(refusal.misuse, row, context);
    if (refusal.problem) throw refusal.problem;
    return null;
  }

  moveDigest(from: string, to: string): Promise<void> {
    return this.tokens.moveDigest(from, to);
  }

  /** Looks at the same token again, within a change. */
  private authorityOf(row: TokenHolder, digest: string, context: RequestContext): Authority {
    const { id, teamId, userId } = row;
    const held = { teamId, userId, credentials: 'api_keys', credentialId: id } as const;
    return async (tx, hold) => {
      await this.authority.lock(tx, held, hold);
      const current = await this.keys.findByDigestIn(tx, digest);
      const refusal = current && refusalOf(current, this.clock.now(), context.ip);
      if (current && !refusal) return this.principalOf(current, digest, context);
      if (current && refusal) this.reportLater(refusal.misuse, current, context);
      throw refusal?.problem ?? new CredentialInvalid('The token is not known here.');
    };
  }

  private noteUse({ id, lastUsedAt }: TokenHolder, now: Date, ip: string | null): void {
    this.lastUsed.note(id, lastUsedAt, now, ip, (tx, keyId, at, lastUsedIp) =>
      this.keys.update(tx, { id: keyId }, { lastUsedAt: at, lastUsedIp }),
    );
  }

  /** Once a minute for each key and address: what uses a key in vain is often a program that goes on and on. */
  private async report(action: KeyMisuse, row: TokenHolder, context: RequestContext): Promise<void> {
    if (!this.reported.isFirst(`${action} ${row.id} ${context.counted.own}`)) return;
    const by: ActorContext = { actor: actorOf(row), teamId: row.teamId, context };
    await this.audited.note(by, action, { type: 'api-key', id: row.id, name: row.name }, 'denied');
  }

  /** Within a transaction: the report has one of its own, which on SQLite comes after it. */
  private reportLater(action: KeyMisuse, row: TokenHolder, context: RequestContext): void {
    this.report(action, row, context).catch((error: Error) =>
      this.logger.warn(`The misuse of a key could not be recorded: ${error.message.split('\n', 1)[0]}`),
    );
  }

  private principalOf(row: TokenHolder, digest: string, context: RequestContext): Principal {
    const role = row.role!;
    const { readOnly, expiresAt, allowedIps, projectIds } = row;
    return {
      actor: actorOf(row),
      userId: row.userId,
      teamId: row.teamId,
      teamName: row.teamName,
      role,
      plan: row.plan,
      abilities: effectiveAbilities({ role, readOnly, keyAbilities: abilitiesOf(row) }),
      keyId: row.id,
      keyLimits: { expiresAt, allowedIps, projectIds },
      sessionId: null,
      tokenDigest: digest,
      isSuperseded: row.validUntil !== null,
      context,
      authority: this.authorityOf(row, digest, context),
    };
  }
}

const actorOf = ({ userId, userName, id, name }: TokenHolder) => ({
  type: 'api-key' as const,
  id: userId,
  name: userName,
  via: { id, name },
});
