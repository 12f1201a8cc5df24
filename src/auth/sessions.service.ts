import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { CredentialExpired, CredentialRevoked } from '../access/access.problems.js';
import { effectiveAbilities } from '../access/effective-abilities.js';
import type { Plan } from '../access/plan.js';
import type { Principal, RequestContext } from '../access/principal.js';
import type { Role } from '../access/role.js';
import { LastUse } from '../api-keys/last-use.js';
import { type Change, Changes } from '../audit/changes.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { Secrets } from '../crypto/secrets.js';
import { mintToken } from '../crypto/token.js';
import { findLocked } from '../database/locks.js';
import { Reads } from '../database/reads.js';
import { toDate } from '../database/row-reader.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Condition, type Page, Pages } from '../http/pages.js';
import { NotFound } from '../problems/common.problems.js';
import { TeamsService } from '../teams/teams.service.js';
import { SessionDto } from './session.dto.js';
import { Session } from './session.entity.js';

const HOUR = 3_600_000;
export const IDLE_MS = 12 * HOUR;
export const LIFETIME_MS = 30 * 24 * HOUR;

const BY_DIGEST = `
  SELECT s.id, s.userId, s.teamId, s.lastUsedAt, s.expiresAt, s.revokedAt,
         u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM sessions s
    JOIN users u ON u.id = s.userId
    JOIN memberships m ON m.teamId = s.teamId AND m.userId = s.userId
    JOIN teams t ON t.id = s.teamId
   WHERE s.digest = ?`;

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

/** A session that was just made, with the token that is shown once. */
export interface NewSession {
  readonly token: string;
  readonly session: Session;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly reads: Reads,
    private readonly pages: Pages,
    private readonly changes: Changes,
    private readonly secrets: Secrets,
    private readonly teams: TeamsService,
    private readonly lastUse: LastUse,
    private readonly clock: Clock,
  ) {}

  /** Starts a session within a change, and records it. */
  async start(
    change: Change,
    userId: string,
    teamId: string,
    context: RequestContext | null,
  ): Promise<NewSession> {
    const token = mintToken('ses');
    const session: Session = {
      id: newId('ses'),
      userId,
      teamId,
      digest: this.secrets.tokenDigest(token),
      secretId: this.secrets.secretId,
      ip: context?.ip ?? '',
      userAgent: context?.userAgent ?? '',
      createdAt: change.at,
      lastUsedAt: change.at,
      expiresAt: new Date(change.at.getTime() + LIFETIME_MS),
      revokedAt: null,
    };
    await change.manager.insert(Session, session);
    return { token, session };
  }

  /** The caller's sessions that have not ended, newest first. */
  list(by: Principal, page: PageQuery): Promise<Page<SessionDto>> {
    const now = this.clock.now();
    const conditions: Condition[] = [
      ['t.userId = ?', by.userId],
      [
        't.revokedAt IS NULL AND t.expiresAt > ? AND t.lastUsedAt > ?',
        now,
        new Date(now.getTime() - IDLE_MS),
      ],
    ];
    const listing = { entity: Session, conditions, orderBy: ['id'], descending: true };
    return this.pages.read(by, listing, page, (session) => SessionDto.from(session, by.sessionId));
  }

  /** Ends one of the caller's sessions, also their current one. */
  revoke(by: Principal, id: string): Promise<void> {
    return this.changes.run(by, async (change) => {
      const ended = await change.manager.update(
        Session,
        { id, userId: by.userId, revokedAt: IsNull() },
        { revokedAt: change.at },
      );
      if (!ended.affected) throw new NotFound(`There is no session ${id}.`);
      change.record('session.revoked', { type: 'session', id, name: null });
    });
  }

  /** Ends all sessions of a person, within a change. */
  async revokeAllOf({ manager, at }: Change, userId: string): Promise<void> {
    await manager.update(Session, { userId, revokedAt: IsNull() }, { revokedAt: at });
  }

  /** Makes another of the caller's teams the one their session is about. */
  async switchTeam(by: Principal, teamId: string): Promise<SessionDto> {
    if (!(await this.teams.isMember(by.userId, teamId)))
      throw new NotFound(`You belong to no team ${teamId}.`);
    return this.changes.run(by, async (change) => {
      const session = (await findLocked(change.manager, Session, { id: by.sessionId! }))!;
      await change.manager.update(Session, { id: session.id }, { teamId });
      change.record(
        'session.team-switched',
        { type: 'session', id: session.id, name: null },
        { teamId, changes: [{ field: 'teamId', from: session.teamId, to: teamId }] },
      );
      return SessionDto.from({ ...session, teamId }, by.sessionId);
    });
  }

  /** The team a person last worked in and still belongs to, or else their oldest, or null where they have none. */
  async lastTeamOf(userId: string): Promise<string | null> {
    const [recent] = await this.reads.query<{ teamId: string }>(
      `SELECT s.teamId FROM sessions s JOIN memberships m ON m.teamId = s.teamId AND m.userId = s.userId WHERE s.userId = ? ORDER BY s.id DESC LIMIT 1`,
      [userId],
    );
    return recent?.teamId ?? (await this.teams.membershipsOf(userId))[0]?.teamId ?? null;
  }

  /** The caller, or null where no session of a member has this token. Throws `CredentialRevoked` or `CredentialExpired`. */
  async authenticate(digest: string, context: RequestContext): Promise<Principal | null> {
    const [row] = await this.reads.query<SessionRow>(BY_DIGEST, [digest]);
    if (!row) return null;
    const now = this.clock.now();
    const revokedAt = toDate(row.revokedAt);
    if (revokedAt) throw new CredentialRevoked('The session was ended.', { revokedAt });
    const lastUsedAt = toDate(row.lastUsedAt)!;
    const expiredAt = new Date(Math.min(toDate(row.expiresAt)!.getTime(), lastUsedAt.getTime() + IDLE_MS));
    if (expiredAt <= now) throw new CredentialExpired('The session has ended; sign in again.', { expiredAt });
    this.lastUse.note(row.id, lastUsedAt, now, context.ip, (manager, id, at, ip) =>
      manager.update(Session, { id }, { lastUsedAt: at, ip: ip ?? '' }),
    );
    return principalOf(row, context);
  }
}

const principalOf = (row: SessionRow, context: RequestContext): Principal => ({
  actor: { type: 'user', id: row.userId, name: row.userName, via: null },
  userId: row.userId,
  teamId: row.teamId,
  teamName: row.teamName,
  role: row.role,
  plan: row.plan,
  abilities: effectiveAbilities({ role: row.role, readOnly: Boolean(row.readOnly), keyAbilities: null }),
  keyId: null,
  keyLimits: null,
  sessionId: row.id,
  context,
});
