import { Injectable } from '@nestjs/common';
import type { Plan } from '../auth/plan.js';
import type { ActorContext, Principal } from '../auth/principal.js';
import { Role } from '../auth/role.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { createdFields } from '../audit/field-changes.js';
import { toDate } from '../database/row-mapper.js';
import { newId } from '../common/id.js';
import { findLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Page } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { Quotas } from '../plans/quotas.js';
import { PlansRepository } from '../plans/plans.repository.js';
import { NotFound } from '../problems/common.problems.js';
import { MemberDto } from './member.dto.js';
import { Membership } from './membership.entity.js';
import { requireRoomToOwn } from './owned-teams.js';
import { Seats } from './seats.js';
import { Team } from './team.entity.js';
import { OwnerCannotLeave, OwnerProtected } from './teams.problems.js';

interface MemberRow extends Omit<MemberDto, 'joinedAt' | 'readOnly'> {
  readonly createdAt: unknown;
  readonly readOnly: unknown;
}

interface Locked {
  readonly membership: Membership;
  readonly plan: Plan;
}

const MEMBERS = `SELECT t.userId, u.name, u.email, t.role, t.readOnly, t.createdAt FROM memberships t JOIN users u ON u.id = t.userId WHERE t.teamId = ?`;
const MEMBER = `${MEMBERS} AND t.userId = ?`;

const present = ({ createdAt, readOnly, ...row }: MemberRow): MemberDto =>
  MemberDto.from({ ...row, readOnly: Boolean(readOnly), joinedAt: toDate(createdAt)! });

@Injectable()
export class MembersService {
  constructor(
    private readonly reads: SqlReader,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly seats: Seats,
    private readonly quotas: Quotas,
    private readonly keys: ApiKeysService,
  ) {}

  /** The members of the caller's team, who joined first first. */
  async list(by: Principal): Promise<Page<MemberDto>> {
    const rows = await this.reads.query<MemberRow>(`${MEMBERS} ORDER BY t.id`, [by.teamId]);
    return { data: rows.map(present), nextCursor: null };
  }

  async get(by: Principal, userId: string): Promise<MemberDto> {
    const [row] = await this.reads.query<MemberRow>(MEMBER, [by.teamId, userId]);
    if (!row) throw notAMember(userId);
    return present(row);
  }

  /** Adds a person to a team. For the operator; people join by invitation. */
  add(
    by: ActorContext,
    teamId: string,
    user: { id: string; name: string },
    role: Exclude<Role, 'owner'>,
  ): Promise<void> {
    return this.audited.run({ ...by, teamId }, async (tx) => {
      await this.join(tx, teamId, user, role);
    });
  }

  /** Adds a person to a team within a change. */
  async join(
    tx: AuditedTransaction,
    teamId: string,
    user: { id: string; name: string },
    role: Exclude<Role, 'owner'>,
  ): Promise<Team> {
    const team = await findLocked(tx.manager, Team, { id: teamId });
    if (!team) throw new NotFound(`There is no team ${teamId}.`);
    await this.quotas.requireRoom(tx, teamId, 'members', () => tx.manager.countBy(Membership, { teamId }));
    const membership = {
      id: newId('mem'),
      teamId,
      userId: user.id,
      role,
      ownerOf: null,
      readOnly: false,
      createdAt: tx.at,
    };
    await tx.manager.insert(Membership, membership);
    tx.record('member.added', memberTarget(user), { changes: createdFields(membership, ['role']) });
    return team;
  }

  async changeRole(by: Principal, userId: string, role: Exclude<Role, 'owner'>): Promise<MemberDto> {
    await this.audited.runAlone(by, async (tx) => {
      const { membership } = await this.lockOther(tx, by, userId);
      const member = await memberOf(tx, membership);
      expectMatch(by, member);
      await tx.manager.update(Membership, { id: membership.id }, { role });
      tx.record('member.role-changed', memberTarget({ id: userId, name: member.name }), {
        changes: [{ field: 'role', from: membership.role, to: role }],
      });
    });
    return this.get(by, userId);
  }

  /** Removes a member. Their keys of the team are revoked, and their sessions in it end with the next request. */
  remove(by: Principal, userId: string): Promise<void> {
    return this.audited.runAlone(by, async (tx) => {
      const locked = await this.lockOther(tx, by, userId);
      expectMatch(by, await memberOf(tx, locked.membership));
      await this.drop(tx, by, locked, 'member.removed');
    });
  }

  leave(by: Principal): Promise<void> {
    return this.audited.runAlone(by, async (tx) => {
      const locked = await this.lock(tx, by.teamId, by.userId);
      if (locked.membership.role === Role.Owner)
        throw new OwnerCannotLeave('Transfer the ownership of the team before you leave it.');
      await this.drop(tx, by, locked, 'member.left');
    });
  }

  /** Makes another member the owner, and the owner an admin. */
  async transferOwnership(by: Principal, userId: string): Promise<MemberDto> {
    await this.audited.runAlone(by, async (tx) => {
      const { membership: heir, plan } = await this.lockOther(tx, by, userId);
      const { membership: owner } = await this.lock(tx, by.teamId, by.userId);
      if (owner.role !== Role.Owner) throw new OwnerProtected('You have just ceased to be the owner.');
      await requireRoomToOwn(tx, userId);
      const { name } = await memberOf(tx, heir);
      await tx.manager.update(Membership, { id: owner.id }, { role: Role.Admin, ownerOf: null });
      await tx.manager.update(Membership, { id: heir.id }, { role: Role.Owner, ownerOf: by.teamId });
      await this.seats.assign(tx, by.teamId, plan);
      tx.record('team.ownership-transferred', memberTarget({ id: userId, name }), {
        changes: [{ field: 'owner', from: by.userId, to: userId }],
      });
    });
    return this.get(by, userId);
  }

  private async drop(
    tx: AuditedTransaction,
    by: Principal,
    { membership, plan }: Locked,
    action: 'member.removed' | 'member.left',
  ): Promise<void> {
    const { id, userId, role } = membership;
    const { name } = await memberOf(tx, membership);
    await tx.manager.delete(Membership, { id });
    tx.record(action, memberTarget({ id: userId, name }), {
      changes: [{ field: 'role', from: role, to: null }],
    });
    await this.keys.revokeAllOf(tx, by.teamId, userId);
    await this.seats.assign(tx, by.teamId, plan);
  }

  /** The membership of somebody other than the owner, locked together with the team. */
  private async lockOther(tx: AuditedTransaction, by: Principal, userId: string): Promise<Locked> {
    const { membership, plan } = await this.lock(tx, by.teamId, userId);
    if (membership.role === Role.Owner)
      throw new OwnerProtected('The owner can neither be changed nor removed.');
    return { membership, plan };
  }

  /** A membership, and the plan its team has until the change ends. */
  private async lock(tx: AuditedTransaction, teamId: string, userId: string): Promise<Locked> {
    const plan = await this.plans.lockTeam(tx, teamId);
    const membership = await findLocked(tx.manager, Membership, { teamId, userId });
    if (!membership) throw notAMember(userId);
    return { membership, plan };
  }
}

const notAMember = (userId: string) => new NotFound(`There is no member ${userId} in this team.`);

const memberTarget = ({ id, name }: { id: string; name: string }): Target => ({ type: 'member', id, name });

async function memberOf({ manager }: AuditedTransaction, { teamId, userId }: Membership): Promise<MemberDto> {
  const [row] = await manager.query<MemberRow[]>(MEMBER, [teamId, userId]);
  return present(row!);
}
