import { Injectable } from '@nestjs/common';
import type { Plan } from '../auth/plan.js';
import type { ActorContext, Principal } from '../auth/principal.js';
import { Role } from '../auth/role.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import type { Page } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { Quotas } from '../plans/quotas.js';
import { PlansRepository } from '../plans/plans.repository.js';
import { NotFound } from '../problems/common.problems.js';
import { MemberDto } from './member.dto.js';
import type { Membership } from './membership.entity.js';
import { MembershipsRepository } from './memberships.repository.js';
import { OwnedTeams } from './owned-teams.js';
import { Seats } from './seats.js';
import type { Team } from './team.entity.js';
import { OwnerCannotLeave, OwnerProtected } from './teams.problems.js';
import { TeamsRepository } from './teams.repository.js';

interface Locked {
  readonly membership: Membership;
  readonly plan: Plan;
}

@Injectable()
export class MembersService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly teams: TeamsRepository,
    private readonly owned: OwnedTeams,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly seats: Seats,
    private readonly quotas: Quotas,
    private readonly keys: ApiKeysService,
  ) {}

  /** The members of the caller's team, who joined first first. */
  async list(by: Principal): Promise<Page<MemberDto>> {
    const members = await this.memberships.findMembers(by.teamId);
    return { data: members.map(MemberDto.from), nextCursor: null };
  }

  async get(by: Principal, userId: string): Promise<MemberDto> {
    const member = await this.memberships.findMember(by.teamId, userId);
    if (!member) throw notAMember(userId);
    return MemberDto.from(member);
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
    const team = await this.teams.lock(tx, { id: teamId });
    if (!team) throw new NotFound(`There is no team ${teamId}.`);
    await this.quotas.requireRoom(tx, teamId, 'members', () => this.memberships.count(tx, teamId));
    const membership = {
      id: newId('mem'),
      teamId,
      userId: user.id,
      role,
      ownerOf: null,
      readOnly: false,
      createdAt: tx.at,
    };
    await this.memberships.insert(tx, membership);
    tx.record('member.added', memberTarget(user), { changes: createdFields(membership, ['role']) });
    return team;
  }

  async changeRole(by: Principal, userId: string, role: Exclude<Role, 'owner'>): Promise<MemberDto> {
    await this.audited.runAlone(by, async (tx) => {
      const { membership } = await this.lockOther(tx, by, userId);
      const member = await this.memberOf(tx, membership);
      expectMatch(by, member);
      await this.memberships.update(tx, { id: membership.id }, { role });
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
      expectMatch(by, await this.memberOf(tx, locked.membership));
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
      await this.owned.requireRoom(tx, userId);
      const { name } = await this.memberOf(tx, heir);
      await this.memberships.update(tx, { id: owner.id }, { role: Role.Admin, ownerOf: null });
      await this.memberships.update(tx, { id: heir.id }, { role: Role.Owner, ownerOf: by.teamId });
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
    const { name } = await this.memberOf(tx, membership);
    await this.memberships.delete(tx, { id });
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
    const membership = await this.memberships.lock(tx, { teamId, userId });
    if (!membership) throw notAMember(userId);
    return { membership, plan };
  }

  private async memberOf(tx: AuditedTransaction, { teamId, userId }: Membership): Promise<MemberDto> {
    return MemberDto.from(await this.memberships.findMemberIn(tx, teamId, userId));
  }
}

const notAMember = (userId: string) => new NotFound(`There is no member ${userId} in this team.`);

const memberTarget = ({ id, name }: { id: string; name: string }): Target => ({ type: 'member', id, name });
