import { Injectable } from '@nestjs/common';
import type { Principal, RequestContext } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { Secrets } from '../crypto/secrets.js';
import { generateToken } from '../crypto/token.js';
import type { PageQuery } from '../http/page.dto.js';
import { type Page, Pages } from '../http/pages.js';
import { NotFound } from '../problems/common.problems.js';
import { TeamsService } from '../teams/teams.service.js';
import { SessionDto } from './session.dto.js';
import type { Session } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

const DAY = 86_400_000;
/** How long a session lasts at most. */
export const LIFETIME_MS = 30 * DAY;

/** A session that was just made, with the token that is shown once. */
export interface NewSession {
  readonly token: string;
  readonly session: Session;
}

@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
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
    await this.sessions.insert(tx, session);
    return { token, session };
  }

  /** The caller's sessions that have not ended, newest first. */
  list(by: Principal, page: PageQuery): Promise<Page<SessionDto>> {
    const listing = this.sessions.listing(by.userId, this.clock.now());
    return this.pages.read(by, listing, page, (session) => SessionDto.from(session, by.sessionId));
  }

  /** Ends one of the caller's sessions, also their current one. */
  revoke(by: Principal, id: string): Promise<void> {
    return this.audited.runAlone(by, async (tx) => {
      if (!(await this.sessions.revoke(tx, by.userId, id, tx.at)))
        throw new NotFound(`There is no session ${id}.`);
      tx.record('session.revoked', { type: 'session', id, name: null });
    });
  }

  /** Holds all sessions of a person that have not ended, within a change that holds the person afterwards. */
  lockAllOf(tx: AuditedTransaction, userId: string): Promise<void> {
    return this.sessions.lockAllOf(tx, userId);
  }

  /** Ends all sessions of a person, within a change. */
  revokeAllOf(tx: AuditedTransaction, userId: string): Promise<void> {
    return this.sessions.revokeAllOf(tx, userId, tx.at);
  }

  /** Makes another of the caller's teams the one their session is about. */
  switchTeam(by: Principal, teamId: string): Promise<SessionDto> {
    const work = async (tx: AuditedTransaction) => {
      if (!(await this.teams.lockMembership(tx, by.userId, teamId)))
        throw new NotFound(`You belong to no team ${teamId}.`);
      const session = (await this.sessions.lock(tx, { id: by.sessionId! }))!;
      await this.sessions.update(tx, { id: session.id }, { teamId });
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
    const recent = await this.sessions.findLastTeam(userId);
    return recent ?? (await this.teams.membershipsOf(userId))[0]?.teamId ?? null;
  }
}
