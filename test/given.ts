import { Ability } from '../src/auth/ability.js';
import type { Plan } from '../src/auth/plan.js';
import { systemActor } from '../src/auth/principal.js';
import type { Role } from '../src/auth/role.js';
import { AccountsService } from '../src/accounts/accounts.service.js';
import type { User } from '../src/accounts/user.entity.js';
import { AuditedTransactions } from '../src/audit/audited-transactions.js';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { MembersService } from '../src/teams/members.service.js';
import { TeamsService } from '../src/teams/teams.service.js';
import type { TestApp } from './app.js';
import type { HttpClient } from './http-client.js';

/** A person who is signed in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly teamId: string;
  readonly token: string;
  readonly api: HttpClient;
}

/** A key and a client that calls with it. */
export interface Key {
  readonly id: string;
  readonly token: string;
  readonly api: HttpClient;
}

export const PASSWORD = 'seven grey pigeons nap';
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$jCaJopA00SXkOk8SnzOFcA$dJinpRkohMylhFvD5etfp16l5UKBW/XKOmV0TS9Ws/s';

let counter = 0;

/** What tests start from. Made below the API where that is quicker: nobody hashes a password here, and everybody has the same. */
export class Given {
  constructor(private readonly app: TestApp) {}

  /** Somebody with a team of their own. */
  async owner({
    plan,
    name = 'Ada Lovelace',
    isVerified = true,
  }: { plan?: Plan; name?: string; isVerified?: boolean } = {}): Promise<Person> {
    const { user, teamId } = await this.app.get(AuditedTransactions).run(systemActor(null), async (tx) => {
      const added = await this.insertUser(tx, name, isVerified);
      const team = await this.app.get(TeamsService).found(tx, added, `${name}'s team`);
      return { user: added, teamId: team.id };
    });
    if (plan) await this.onPlan(teamId, plan);
    return this.signedIn(user, teamId);
  }

  /** Somebody who belongs to another's team, and to no other. */
  async member(
    of: Pick<Person, 'teamId'>,
    role: Exclude<Role, 'owner'>,
    name = 'Grace Hopper',
  ): Promise<Person> {
    const user = await this.app.get(AuditedTransactions).run(systemActor(of.teamId), async (tx) => {
      const added = await this.insertUser(tx, name);
      tx.record('user.created', { type: 'user', id: added.id, name });
      return added;
    });
    await this.app.get(MembersService).add(systemActor(of.teamId), of.teamId, user, role);
    return this.signedIn(user, of.teamId);
  }

  /** A key of `person` with these abilities, or with all they have. */
  async key(person: Person, abilities: Array<Ability | '*'> = ['*'], more: object = {}): Promise<Key> {
    const { body, status, text } = await person.api.post('/v1/api-keys', { name: 'CI', abilities, ...more });
    if (status !== 201) throw new Error(`No key was created: ${text}`);
    return { id: body.id, token: body.token, api: this.app.bearing(body.token) };
  }

  async onPlan(teamId: string, plan: Plan): Promise<void> {
    await this.app.get(TeamsService).changePlan(systemActor(teamId), teamId, plan);
  }

  /** The events of a person's team, newest first. */
  async log(person: Person, query = ''): Promise<any[]> {
    const { body } = await person.api.get(`/v1/audit-events?limit=200${query}`);
    return body.data;
  }

  private insertUser(
    tx: Parameters<AccountsService['insert']>[0],
    name: string,
    isVerified = true,
  ): Promise<User> {
    counter += 1;
    const email = `${name.split(' ')[0]!.toLowerCase()}.${process.pid}.${counter}@example.com`;
    return this.app.get(AccountsService).insert(tx, { name, email, passwordHash: PASSWORD_HASH, isVerified });
  }

  private async signedIn(user: User, teamId: string): Promise<Person> {
    const by = {
      actor: { type: 'user' as const, id: user.id, name: user.name, via: null },
      teamId,
      context: null,
    };
    const { token } = await this.app.get(AuditedTransactions).run(by, async (tx) => {
      const started = await this.app.get(SessionsService).start(tx, user.id, teamId, null);
      tx.record('session.created', { type: 'session', id: started.session.id, name: null });
      return started;
    });
    return { id: user.id, name: user.name, email: user.email, teamId, token, api: this.app.bearing(token) };
  }
}
