import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CredentialExpired, CredentialInvalid, CredentialRevoked } from '../auth/auth.problems.js';
import type { Authority, Principal, RequestContext } from '../auth/principal.js';
import { AuthorityRepository } from '../auth/authority.repository.js';
import { effectiveAbilities } from '../auth/effective-abilities.js';
import { LastUsedTracker } from '../auth/last-used-tracker.js';
import { type CredentialAuthenticator, TokenLookup } from '../auth/token-lookup.js';
import { Clock } from '../common/clock.js';
import { SessionTokens } from './session-tokens.js';
import { IDLE_MS, type SessionHolder, SessionsRepository } from './sessions.repository.js';

/** Finds the principal behind the token of a session. */
@Injectable()
export class SessionAuthenticator implements CredentialAuthenticator, OnModuleInit {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly authority: AuthorityRepository,
    private readonly tokens: SessionTokens,
    private readonly lookup: TokenLookup,
    private readonly lastUsed: LastUsedTracker,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lookup.register('ses', this);
  }

  /** The caller, or null where no session of a member has this token. Throws `CredentialRevoked` or `CredentialExpired`. */
  async authenticate(digest: string, context: RequestContext): Promise<Principal | null> {
    const row = await this.sessions.findByDigest(digest);
    if (!row) return null;
    const now = this.clock.now();
    requireLiving(row, now);
    this.lastUsed.note(row.id, row.lastUsedAt, now, context.ip, (tx, id, at, ip) =>
      this.sessions.update(tx, { id }, { lastUsedAt: at, ip: ip ?? '' }),
    );
    return this.principalOf(row, digest, context);
  }

  moveDigest(from: string, to: string): Promise<void> {
    return this.tokens.moveDigest(from, to);
  }

  /** Looks at the same session again, within a change. */
  private authorityOf(row: SessionHolder, digest: string, context: RequestContext): Authority {
    const { id, teamId, userId } = row;
    const held = { teamId, userId, credentials: 'sessions', credentialId: id } as const;
    return async (tx, hold) => {
      await this.authority.lock(tx, held, hold);
      const current = await this.sessions.findByDigestIn(tx, teamId, digest);
      if (!current) throw new CredentialInvalid('The token is not known here.');
      requireLiving(current, this.clock.now());
      return this.principalOf(current, digest, context);
    };
  }

  private principalOf(row: SessionHolder, digest: string, context: RequestContext): Principal {
    const { role, plan } = row;
    return {
      actor: { type: 'user', id: row.userId, name: row.userName, via: null },
      userId: row.userId,
      teamId: row.teamId,
      teamName: row.teamName,
      role,
      plan,
      abilities: effectiveAbilities({ role, readOnly: row.readOnly, keyAbilities: null }),
      keyId: null,
      keyLimits: null,
      sessionId: row.id,
      tokenDigest: null,
      isSuperseded: false,
      context,
      authority: this.authorityOf(row, digest, context),
    };
  }
}

function requireLiving({ revokedAt, lastUsedAt, expiresAt }: SessionHolder, now: Date): void {
  if (revokedAt) throw new CredentialRevoked('The session was ended.', { revokedAt });
  const expiredAt = new Date(Math.min(expiresAt.getTime(), lastUsedAt.getTime() + IDLE_MS));
  if (expiredAt <= now) throw new CredentialExpired('The session has ended; sign in again.', { expiredAt });
}
