import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Not, Repository } from 'typeorm';
import { emailKey } from '../accounts/email.js';
import type { Role } from '../auth/role.js';
import { BaseRepository } from '../database/base.repository.js';
import { toDate } from '../database/row-mapper.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import { Membership } from './membership.entity.js';
import { Team } from './team.entity.js';

/** A membership with the person it is of. */
export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly readOnly: boolean;
  readonly joinedAt: Date;
}

interface RawRow extends Omit<Member, 'readOnly' | 'joinedAt'> {
  readonly readOnly: unknown;
  readonly createdAt: unknown;
}

const MEMBERS = `SELECT t.userId, u.name, u.email, t.role, t.readOnly, t.createdAt FROM memberships t JOIN users u ON u.id = t.userId WHERE t.teamId = ?`;
const FIND_MEMBERS = `${MEMBERS} ORDER BY t.id`;
const FIND_MEMBER = `${MEMBERS} AND t.userId = ?`;

const FIND_VERIFIED = `
  SELECT 1 FROM memberships m JOIN users u ON u.id = m.userId
   WHERE m.teamId = ? AND u.emailKey = ? AND u.emailVerifiedAt IS NOT NULL LIMIT 1`;

/** Who belongs to which team. */
@Injectable()
export class MembershipsRepository extends BaseRepository<Membership> {
  constructor(@InjectRepository(Membership) memberships: Repository<Membership>, sql: SqlReader) {
    super(memberships, sql);
  }

  /** The members of a team, who joined first first. */
  async findMembers(teamId: string): Promise<Member[]> {
    return (await this.sql.query<RawRow>(FIND_MEMBERS, [teamId])).map(memberOf);
  }

  async findMember(teamId: string, userId: string): Promise<Member | null> {
    const [row] = await this.sql.query<RawRow>(FIND_MEMBER, [teamId, userId]);
    return row ? memberOf(row) : null;
  }

  /** The same within a transaction, for a member that is there. */
  async findMemberIn({ manager }: Transaction, teamId: string, userId: string): Promise<Member> {
    const [row] = await manager.query<RawRow[]>(FIND_MEMBER, [teamId, userId]);
    return memberOf(row!);
  }

  /** The memberships of a person, oldest first. */
  findAllOf(userId: string): Promise<Membership[]> {
    return this.sql.select(Membership, { where: 't.userId = ?', values: [userId], orderBy: 't.id' });
  }

  /** The memberships of a person, oldest first, each with its team. */
  findAllWithTeams(userId: string): Promise<Array<Membership & { readonly joined: Team }>> {
    return this.sql.select(Membership as new () => Membership & { readonly joined: Team }, {
      join: { entity: Team, on: 'j.id = t.teamId' },
      where: 't.userId = ?',
      values: [userId],
      orderBy: 't.id',
    });
  }

  /** The same within a transaction, without the teams. */
  findAllOfIn(tx: Transaction, userId: string): Promise<Membership[]> {
    return this.within(tx).find({ where: { userId }, order: { id: 'ASC' } });
  }

  /** The memberships of a team, oldest first. */
  findInTeam(tx: Transaction, teamId: string): Promise<Membership[]> {
    return this.within(tx).find({ where: { teamId }, order: { id: 'ASC' } });
  }

  count(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId });
  }

  /** How many teams a person owns. */
  countOwned(tx: Transaction, userId: string): Promise<number> {
    return this.within(tx).countBy({ userId, ownerOf: Not(IsNull()) });
  }

  /** Whether `address` is that of a member, and known to be theirs. */
  async hasVerified({ manager }: Transaction, teamId: string, address: string): Promise<boolean> {
    return (await manager.query<unknown[]>(FIND_VERIFIED, [teamId, emailKey(address)])).length > 0;
  }
}

const memberOf = ({ createdAt, readOnly, ...row }: RawRow): Member => ({
  ...row,
  readOnly: Boolean(readOnly),
  joinedAt: toDate(createdAt)!,
});
