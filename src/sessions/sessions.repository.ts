import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, Repository } from 'typeorm';
import { keysReachedBy } from '../api-keys/api-keys.repository.js';
import type { Plan } from '../auth/plan.js';
import type { Principal } from '../auth/principal.js';
import { withinReach } from '../auth/project-reach.js';
import type { Role } from '../auth/role.js';
import { BaseRepository } from '../database/base.repository.js';
import { allOf, type Condition } from '../database/condition.js';
import { toDate } from '../database/row-mapper.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import { Session } from './session.entity.js';

const HOUR = 3_600_000;
/** A session that is not used for so long has ended. */
export const IDLE_MS = 12 * HOUR;

/** A session with its person, and what they are in a team: everything a request needs to know of its credential. */
export interface SessionHolder {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly userName: string;
  readonly role: Role;
  readonly readOnly: boolean;
  readonly teamName: string;
  readonly plan: Plan;
}

type RawRow = Readonly<Record<keyof SessionHolder, unknown>>;

const findBy = (team: 's.teamId' | '?') => `
  SELECT s.id, s.userId, m.teamId, s.lastUsedAt, s.expiresAt, s.revokedAt,
         u.name AS userName, m.role, m.readOnly, t.name AS teamName, t.plan
    FROM sessions s
    JOIN users u ON u.id = s.userId
    JOIN memberships m ON m.teamId = ${team} AND m.userId = s.userId
    JOIN teams t ON t.id = m.teamId
   WHERE s.digest = ?`;
const FIND_BY_DIGEST = findBy('s.teamId');
const FIND_BY_DIGEST_IN_TEAM = findBy('?');

const COUNT_NOT_MOVED = `
  SELECT COUNT(*) AS count
    FROM sessions
   WHERE secretId = ? AND revokedAt IS NULL AND expiresAt > ? AND lastUsedAt > ?`;

const FIND_LAST_TEAM = `
  SELECT s.teamId
    FROM sessions s
    JOIN memberships m ON m.teamId = s.teamId AND m.userId = s.userId
   WHERE s.userId = ?
   ORDER BY s.id DESC
   LIMIT 1`;

/** What of a plan is used up. */
export interface PlanUsage {
  readonly monitors: number;
  readonly members: number;
  readonly apiKeys: number;
}

@Injectable()
export class SessionsRepository extends BaseRepository<Session> {
  constructor(@InjectRepository(Session) sessions: Repository<Session>, sql: SqlReader) {
    super(sessions, sql);
  }

  /** Whose session has a token with this digest; null for nobody's, and where its person left the team. */
  async findByDigest(digest: string): Promise<SessionHolder | null> {
    const [row] = await this.sql.query<RawRow>(FIND_BY_DIGEST, [digest]);
    return row ? holderOf(row) : null;
  }

  /** The same within a transaction, in the team a request began in: the session may have been switched to another since. */
  async findByDigestIn(
    { manager }: Transaction,
    teamId: string,
    digest: string,
  ): Promise<SessionHolder | null> {
    const [row] = await manager.query<RawRow[]>(FIND_BY_DIGEST_IN_TEAM, [teamId, digest]);
    return row ? holderOf(row) : null;
  }

  /** The sessions of a person that have not ended, newest first. */
  listing(userId: string, now: Date): Listing<Session> {
    const conditions: Condition[] = [
      ['t.userId = ?', userId],
      ['t.revokedAt IS NULL AND t.expiresAt > ? AND t.lastUsedAt > ?', now, idleSince(now)],
    ];
    return { entity: Session, conditions, orderBy: ['id'], descending: true };
  }

  /** The team a person last worked in and still belongs to. */
  async findLastTeam(userId: string): Promise<string | null> {
    const [recent] = await this.sql.query<{ teamId: string }>(FIND_LAST_TEAM, [userId]);
    return recent?.teamId ?? null;
  }

  /** Holds all sessions of a person that were not revoked. */
  async lockAllOf(tx: Transaction, userId: string): Promise<void> {
    await this.lockAll(tx, { userId, revokedAt: IsNull() });
  }

  async revokeAllOf(tx: Transaction, userId: string, at: Date): Promise<void> {
    await this.update(tx, { userId, revokedAt: IsNull() }, { revokedAt: at });
  }

  /** Answers whether the person had such a session that was not revoked. */
  async revoke(tx: Transaction, userId: string, id: string, at: Date): Promise<boolean> {
    return (await this.update(tx, { id, userId, revokedAt: IsNull() }, { revokedAt: at })) > 0;
  }

  /** How many sessions work only while the master secret `secretId` is known. */
  async countNotMoved(secretId: string | null, now: Date): Promise<number> {
    const values = [secretId, now, idleSince(now)];
    const [row] = await this.sql.query<{ count: number | string }>(COUNT_NOT_MOVED, values);
    return Number(row!.count);
  }

  async deleteExpired(tx: Transaction, now: Date): Promise<void> {
    await this.delete(tx, { expiresAt: LessThan(now) });
  }

  /** What the caller's team has of what its plan limits, as far as the caller reaches. */
  async usageOf(by: Principal): Promise<PlanUsage> {
    const team: Condition = ['t.teamId = ?', by.teamId];
    const counts = [
      ['monitors', 'monitors', allOf([team, ...withinReach(by, 't.projectId')])],
      ['members', 'memberships', allOf([team])],
      ['apiKeys', 'api_keys', allOf([team, ['t.revokedAt IS NULL'], ...keysReachedBy(by)])],
    ] as const;
    const columns = counts.map(
      ([name, table, { where }]) => `(SELECT COUNT(*) FROM ${table} t WHERE ${where}) AS ${name}`,
    );
    const values = counts.flatMap(([, , each]) => each.values);
    const [row] = await this.sql.query<Record<keyof PlanUsage, number | string>>(
      `SELECT ${columns.join(', ')}`,
      values,
    );
    const { monitors, members, apiKeys } = row!;
    return { monitors: Number(monitors), members: Number(members), apiKeys: Number(apiKeys) };
  }
}

const idleSince = (now: Date): Date => new Date(now.getTime() - IDLE_MS);

const holderOf = (row: RawRow): SessionHolder => ({
  ...(row as SessionHolder),
  lastUsedAt: toDate(row.lastUsedAt)!,
  expiresAt: toDate(row.expiresAt)!,
  revokedAt: toDate(row.revokedAt),
  readOnly: Boolean(row.readOnly),
});
