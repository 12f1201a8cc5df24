import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CredentialExpired, CredentialInvalid, CredentialRevoked } from '../auth/auth.problems.js';
import type { Authority } from '../auth/principal.js';
import { lockAuthority } from '../auth/authority-lock.js';
import { effectiveAbilities } from '../auth/effective-abilities.js';
import type { Plan } from '../auth/plan.js';
import type { Principal, RequestContext } from '../auth/principal.js';
import type { Role } from '../auth/role.js';
import { LastUsedTracker } from '../auth/last-used-tracker.js';
import { type CredentialAuthenticator, TokenLookup } from '../auth/token-lookup.js';
import { Clock } from '../common/clock.js';
import { SqlReader } from '../database/sql-reader.js';
import { toDate } from '../database/row-mapper.js';
import { Session } from './session.entity.js';
import { SessionTokens } from './session-tokens.js';
import { IDLE_MS } from './sessions.service.js';

/** A session, and what its person is in `team`. */
const sessionIn = (team: 's.teamId' | '?') => `
  SELECT s.id, s.userId, m.teamId, s.lastUsedAt, s.expiresAt, s.revokedAt,
         u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM sessions s
    JOIN users u ON u.id = s.userId
    JOIN memberships m ON m.teamId = ${team} AND m.userId = s.userId
    JOIN teams t ON t.id = m.teamId
   WHERE s.digest = ?`;
const BY_DIGEST = sessionIn('s.teamId');

/** The request goes on in the team it began in, also where the session was switched to another meanwhile. */
const IN_TEAM_BY_DIGEST = sessionIn('?');

interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly lastUsedAt: unknown;
  readonly expiresAt: unknown;
  readonly revokedAt: unknown;
  readonly userName: string;
  readonly role: Role;
  readonly readOnly: number;
  readonly teamName: string;
  readonly plan: Plan;
}

/** Finds the principal behind the token of a session. */
@Injectable()
export class SessionAuthenticator implements CredentialAuthenticator, OnModuleInit {
  constructor(
    private readonly reads: SqlReader,
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
    const [row] = await this.reads.query<SessionRow>(BY_DIGEST, [digest]);
    if (!row) return null;
    const now = this.clock.now();
    requireLiving(row, now);
    this.lastUsed.note(row.id, toDate(row.lastUsedAt), now, context.ip, (manager, id, at, ip) =>
      manager.update(Session, { id }, { lastUsedAt: at, ip: ip ?? '' }),
    );
    return this.principalOf(row, digest, context);
  }

  moveDigest(from: string, to: string): Promise<void> {
    return this.tokens.moveDigest(from, to);
  }

  /** Looks at the same session again, within a change. */
  private authorityOf(row: SessionRow, digest: string, context: RequestContext): Authority {
    const { id, teamId, userId } = row;
    const held = { teamId, userId, credentials: 'sessions', credentialId: id } as const;
    return async (manager, hold) => {
      await lockAuthority(manager, held, hold);
      const [current] = await manager.query<SessionRow[]>(IN_TEAM_BY_DIGEST, [teamId, digest]);
      if (!current) throw new CredentialInvalid('The token is not known here.');
      requireLiving(current, this.clock.now());
      return this.principalOf(current, digest, context);
    };
  }

  private principalOf(row: SessionRow, digest: string, context: RequestContext): Principal {
    const { role, plan } = row;
    return {
      actor: { type: 'user', id: row.userId, name: row.userName, via: null },
      userId: row.userId,
      teamId: row.teamId,
      teamName: row.teamName,
      role,
      plan,
      abilities: effectiveAbilities({ role, readOnly: Boolean(row.readOnly), keyAbilities: null }),
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

function requireLiving(row: SessionRow, now: Date): void {
  const revokedAt = toDate(row.revokedAt);
  if (revokedAt) throw new CredentialRevoked('The session was ended.', { revokedAt });
  const idleUntil = toDate(row.lastUsedAt)!.getTime() + IDLE_MS;
  const expiredAt = new Date(Math.min(toDate(row.expiresAt)!.getTime(), idleUntil));
  if (expiredAt <= now) throw new CredentialExpired('The session has ended; sign in again.', { expiredAt });
}
