import { Injectable } from '@nestjs/common';
import { type Initiator, type RequestContext, system } from '../auth/principal.js';
import type { Role } from '../auth/role.js';
import { AccountsService, type NewUser, userCreated, userTarget } from '../accounts/accounts.service.js';
import { Passwords } from '../accounts/passwords.js';
import type { User } from '../accounts/user.entity.js';
import { type Change, Changes } from '../audit/changes.js';
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
export class Enrolment {
  constructor(
    private readonly accounts: AccountsService,
    private readonly teams: TeamsService,
    private readonly members: MembersService,
    private readonly passwords: Passwords,
    private readonly changes: Changes,
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
    return this.changes.run(system(membership?.teamId ?? null), (change) =>
      membership ? this.enrolIn(change, input, membership) : this.enrol(change, input, null),
    );
  }

  /** Creates an account with a first team, within a change. Without a request it was the operator who did it. */
  async enrol(change: Change, input: NewUser, context: RequestContext | null): Promise<Enrolled> {
    const user = await this.accounts.insert(change, input);
    const by = context ? initiator(user, null, context) : change.by;
    const team = await this.foundTeam(change, user, by);
    change.record('user.created', userTarget(user), { changes: userCreated(user), by, teamId: team.id });
    return { user, team };
  }

  /** Founds a team for somebody who has none, within a change. */
  foundTeam(change: Change, user: User, by: Initiator): Promise<Team> {
    return this.teams.found(change, user, firstTeamName(user.name), { by });
  }

  private async enrolIn(change: Change, input: NewUser, { teamId, role }: NewMembership): Promise<Enrolled> {
    const user = await this.accounts.insert(change, input);
    const team = await this.members.join(change, teamId, user, role);
    change.record('user.created', userTarget(user), { changes: userCreated(user) });
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
export const initiator = ({ id, name }: User, teamId: string | null, context: RequestContext): Initiator => ({
  actor: { type: 'user', id, name, via: null },
  teamId,
  context,
});
