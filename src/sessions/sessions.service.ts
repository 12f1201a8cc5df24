import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Principal, RequestContext } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { Secrets } from '../crypto/secrets.js';
import { generateToken } from '../crypto/token.js';
import type { Condition } from '../database/condition.js';
import { findAllLocked, findLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Page, Pages } from '../http/pages.js';
import { NotFound } from '../problems/common.problems.js';
import { TeamsService } from '../teams/teams.service.js';
import { SessionDto } from './session.dto.js';
import { Session } from './session.entity.js';

const HOUR = 3_600_000;
export const IDLE_MS = 12 * HOUR;
export const LIFETIME_MS = 30 * 24 * HOUR;

/** A session that was just made, with the token that is shown once. */
export interface NewSession {
  readonly token: string;
  readonly session: Session;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly reads: SqlReader,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly secrets: Secrets,
    private readonly teams: TeamsService,
    private readonly clock: Clock,
  ) {}

  /** Starts a session within a change, and records it. */
  async start(
    tx: AuditedTransaction,
    userId: string,
    teamId: string,
    context: RequestContext | null,
  ): Promise<NewSession> {
    const token = generateToken('ses');
    const session: Session = {
      id: newId('ses'),
      userId,
      teamId,
      digest: this.secrets.tokenDigest(token),
      secretId: this.secrets.secretId,
      ip: context?.ip ?? '',
      userAgent: context?.userAgent ?? '',
      createdAt: tx.at,
      lastUsedAt: tx.at,
      expiresAt: new Date(tx.at.getTime() + LIFETIME_MS),
      revokedAt: null,
    };
    await tx.manager.insert(Session, session);
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
    return this.audited.runAlone(by, async (tx) => {
      const ended = await tx.manager.update(
        Session,
        { id, userId: by.userId, revokedAt: IsNull() },
        { revokedAt: tx.at },
      );
      if (!ended.affected) throw new NotFound(`There is no session ${id}.`);
      tx.record('session.revoked', { type: 'session', id, name: null });
    });
  }

  /** Holds all sessions of a person that have not ended, within a change that holds the person afterwards. */
  async lockAllOf({ manager }: AuditedTransaction, userId: string): Promise<void> {
    await findAllLocked(manager, Session, { userId, revokedAt: IsNull() });
  }

  /** Ends all sessions of a person, within a change. */
  async revokeAllOf({ manager, at }: AuditedTransaction, userId: string): Promise<void> {
    await manager.update(Session, { userId, revokedAt: IsNull() }, { revokedAt: at });
  }

  /** Makes another of the caller's teams the one their session is about. */
  switchTeam(by: Principal, teamId: string): Promise<SessionDto> {
    const work = async (tx: AuditedTransaction) => {
      if (!(await this.teams.lockMembership(tx, by.userId, teamId)))
        throw new NotFound(`You belong to no team ${teamId}.`);
      const session = (await findLocked(tx.manager, Session, { id: by.sessionId! }))!;
      await tx.manager.update(Session, { id: session.id }, { teamId });
      tx.record(
        'session.team-switched',
        { type: 'session', id: session.id, name: null },
        { teamId, changes: [{ field: 'teamId', from: session.teamId, to: teamId }] },
      );
      return SessionDto.from({ ...session, teamId }, by.sessionId);
    };
    return this.audited.runAlone(by, work, { alsoIn: teamId });
  }

  /** The team a person last worked in and still belongs to, or else their oldest, or null where they have none. */
  async lastTeamOf(userId: string): Promise<string | null> {
    const [recent] = await this.reads.query<{ teamId: string }>(
      `SELECT s.teamId FROM sessions s JOIN memberships m ON m.teamId = s.teamId AND m.userId = s.userId WHERE s.userId = ? ORDER BY s.id DESC LIMIT 1`,
      [userId],
    );
    return recent?.teamId ?? (await this.teams.membershipsOf(userId))[0]?.teamId ?? null;
  }
}
