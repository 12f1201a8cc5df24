import { Injectable } from '@nestjs/common';
import { AuthorityRepository } from '../auth/authority.repository.js';
import type { ActorContext, Principal } from '../auth/principal.js';
import type { Plan } from '../auth/plan.js';
import { Role } from '../auth/role.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import { Config } from '../config/config.js';
import { expectMatch } from '../http/resource.js';
import type { Page } from '../http/pages.js';
import { TeamEvents } from '../plans/team-events.js';
import { NotFound } from '../problems/common.problems.js';
import type { Membership } from './membership.entity.js';
import { MembershipsRepository } from './memberships.repository.js';
import { OwnedTeams } from './owned-teams.js';
import { Seats } from './seats.js';
import { type CreateTeamDto, OwnTeamDto, TeamDto, type UpdateTeamDto } from './team.dto.js';
import type { Team } from './team.entity.js';
import { TeamsRepository } from './teams.repository.js';

const teamTarget = ({ id, name }: Team): Target => ({ type: 'team', id, name });

/** Somebody who founds a team. */
interface Founder {
  readonly id: string;
  readonly name: string;
}

@Injectable()
export class TeamsService {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly owned: OwnedTeams,
    private readonly authority: AuthorityRepository,
    private readonly audited: AuditedTransactions,
    private readonly events: TeamEvents,
    private readonly seats: Seats,
    private readonly config: Config,
  ) {}

  /** The teams the caller belongs to, oldest membership first. */
  async list(by: Principal): Promise<Page<OwnTeamDto>> {
    const memberships = await this.memberships.findAllWithTeams(by.userId);
    return { data: memberships.map(({ joined, role }) => OwnTeamDto.of(joined, role)), nextCursor: null };
  }

  /** One of the teams the caller belongs to. */
  async find(by: Principal, id: string): Promise<OwnTeamDto> {
    const team = (await this.list(by)).data.find((own) => own.id === id);
    if (!team) throw new NotFound(`You belong to no team ${id}.`);
    return team;
  }

  create(by: Principal, { name, description }: CreateTeamDto): Promise<OwnTeamDto> {
    return this.audited.run(by, async (tx) => {
      await this.owned.requireRoom(tx, by.userId);
      const team = await this.found(tx, { id: by.userId, name: by.actor.name ?? '' }, name, {
        description: description ?? null,
      });
      return OwnTeamDto.of(team, Role.Owner);
    });
  }

  async get(by: Principal): Promise<TeamDto> {
    return TeamDto.from((await this.teams.find(by.teamId))!);
  }

  update(by: Principal, input: UpdateTeamDto): Promise<TeamDto> {
    return this.audited.run(by, async (tx) => {
      const team = (await this.teams.lock(tx, { id: by.teamId }))!;
      expectMatch(by, TeamDto.from(team));
      const updated = { ...team, ...input, updatedAt: tx.at };
      await this.teams.update(tx, { id: team.id }, { ...input, updatedAt: tx.at });
      tx.record('team.updated', teamTarget(updated), {
        changes: fieldChanges(team, updated, ['name', 'description', 'maxKeyLifetimeDays']),
      });
      return TeamDto.from(updated);
    });
  }

  /** Puts a team on another plan. What goes beyond it is kept, but paused, slowed down or made read-only. */
  changePlan(by: ActorContext, teamId: string, plan: Plan): Promise<TeamDto> {
    return this.audited.run({ ...by, teamId }, async (tx) => {
      await this.authority.lockMembers(tx, teamId);
      const team = await this.teams.lock(tx, { id: teamId });
      if (!team) throw new NotFound(`There is no team ${teamId}.`);
      await this.teams.update(tx, { id: teamId }, { plan, updatedAt: tx.at });
      tx.record('team.plan-changed', teamTarget(team), {
        changes: [{ field: 'plan', from: team.plan, to: plan }],
      });
      await this.seats.assign(tx, teamId, plan);
      await this.events.announcePlanChanged(tx, teamId, plan);
      return TeamDto.from({ ...team, plan, updatedAt: tx.at });
    });
  }

  /** Founds a team within a change, with everything a team starts with. The events name the new team. */
  async found(
    tx: AuditedTransaction,
    founder: Founder,
    name: string,
    options: { description?: string | null; by?: ActorContext } = {},
  ): Promise<Team> {
    const team: Team = {
      id: newId('team'),
      name,
      description: options.description ?? null,
      plan: this.config.defaultPlan,
      maxKeyLifetimeDays: null,
      createdAt: tx.at,
      updatedAt: tx.at,
    };
    await this.teams.insert(tx, team);
    await this.memberships.insert(tx, {
      id: newId('mem'),
      teamId: team.id,
      userId: founder.id,
      role: Role.Owner,
      ownerOf: team.id,
      readOnly: false,
      createdAt: tx.at,
    });
    const by = { ...(options.by ?? tx.by), teamId: team.id };
    tx.record('team.created', teamTarget(team), {
      changes: createdFields(team, ['name', 'description', 'plan']),
      by,
    });
    await this.events.announceCreated(tx, team.id, by, founder.id);
    return team;
  }

  /** The memberships of a person, oldest first. */
  membershipsOf(userId: string): Promise<Membership[]> {
    return this.memberships.findAllOf(userId);
  }

  /** The team `preferred`, or else the oldest that a person belongs to: they do until the change ends. */
  async lockTeamOf(tx: AuditedTransaction, userId: string, preferred: string | null): Promise<Team | null> {
    const memberships = await this.memberships.findAllOfIn(tx, userId);
    const teamIds = [...(preferred === null ? [] : [preferred]), ...memberships.map(({ teamId }) => teamId)];
    for (const id of teamIds) if (await this.lockMembership(tx, userId, id)) return this.teams.findIn(tx, id);
    return null;
  }

  /** Whether a person belongs to a team, until the change ends. */
  async lockMembership(tx: AuditedTransaction, userId: string, teamId: string): Promise<boolean> {
    return (await this.memberships.lock(tx, { teamId, userId })) !== null;
  }
}
