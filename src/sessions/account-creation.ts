import { Injectable } from '@nestjs/common';
import { type ActorContext, type RequestContext, systemActor } from '../auth/principal.js';
import type { Role } from '../auth/role.js';
import { AccountsService, type NewUser, userCreated, userTarget } from '../accounts/accounts.service.js';
import { Passwords } from '../accounts/passwords.js';
import type { User } from '../accounts/user.entity.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { MembersService } from '../teams/members.service.js';
import type { Team } from '../teams/team.entity.js';
import { TeamsService } from '../teams/teams.service.js';
import type { SignUpDto } from './sign-in.dto.js';

/** The team somebody belongs to from the start, and as what. */
export interface NewMembership {
  readonly teamId: string;
  readonly role: Exclude<Role, 'owner'>;
}

export interface Enrolled {
  readonly user: User;
  readonly team: Team;
}

/** Creates accounts. Whoever has one belongs to a team. */
@Injectable()
export class AccountCreation {
  constructor(
    private readonly accounts: AccountsService,
    private readonly teams: TeamsService,
    private readonly members: MembersService,
    private readonly passwords: Passwords,
    private readonly audited: AuditedTransactions,
  ) {}

  /**
   * Creates an account for somebody else, in a team that is there or else with a first team of its own: the
   * operator's way in. Their address counts as verified: the operator gave it.
   */
  async createAccount(
    { name, email, password }: SignUpDto,
    membership: NewMembership | null,
  ): Promise<Enrolled> {
    const passwordHash = await this.passwords.hash(password);
    const input = { name, email, passwordHash, isVerified: true };
    return this.audited.run(systemActor(membership?.teamId ?? null), (tx) =>
      membership ? this.enrolIn(tx, input, membership) : this.enrol(tx, input, null),
    );
  }

  /** Creates an account with a first team, within a change. Without a request it was the operator who did it. */
  async enrol(tx: AuditedTransaction, input: NewUser, context: RequestContext | null): Promise<Enrolled> {
    const user = await this.accounts.insert(tx, input);
    const by = context ? initiator(user, null, context) : tx.by;
    const team = await this.foundTeam(tx, user, by);
    tx.record('user.created', userTarget(user), { changes: userCreated(user), by, teamId: team.id });
    return { user, team };
  }

  /** Founds a team for somebody who has none, within a change. */
  foundTeam(tx: AuditedTransaction, user: User, by: ActorContext): Promise<Team> {
    return this.teams.found(tx, user, firstTeamName(user.name), { by });
  }

  private async enrolIn(
    tx: AuditedTransaction,
    input: NewUser,
    { teamId, role }: NewMembership,
  ): Promise<Enrolled> {
    const user = await this.accounts.insert(tx, input);
    const team = await this.members.join(tx, teamId, user, role);
    tx.record('user.created', userTarget(user), { changes: userCreated(user) });
    return { user, team };
  }
}

const MAX_TEAM_NAME = 80;

const firstTeamName = (name: string): string => {
  const suffix = "'s team";
  const characters = [...name].slice(0, MAX_TEAM_NAME - suffix.length);
  return (
    characters
      .join('')
      .replace(/\u200d$/, '')
      .trim() + suffix
  );
};

/** Somebody who acts before they are signed in. */
export const initiator = (
  { id, name }: User,
  teamId: string | null,
  context: RequestContext,
): ActorContext => ({
  actor: { type: 'user', id, name, via: null },
  teamId,
  context,
});
