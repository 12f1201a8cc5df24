import { Injectable } from '@nestjs/common';
import { anonymousActor, type Principal, type RequestContext } from '../auth/principal.js';
import { newPasswordIssues } from '../accounts/account-fields.js';
import { AccountDto, type ChangePasswordDto } from '../accounts/account.dto.js';
import { PasswordWrong } from '../accounts/accounts.problems.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AccountsService, userTarget } from '../accounts/accounts.service.js';
import { emailKey } from '../accounts/email.js';
import { Passwords } from '../accounts/passwords.js';
import type { User } from '../accounts/user.entity.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { redactedChange } from '../audit/field-changes.js';
import { Config } from '../config/config.js';
import { InstanceRepository } from '../database/instance.repository.js';
import { throwIfInvalid } from '../http/validation.pipe.js';
import { TeamDto } from '../teams/team.dto.js';
import type { Team } from '../teams/team.entity.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import { TeamsService } from '../teams/teams.service.js';
import { SignInRefused, SignUpClosed } from './sessions.problems.js';
import { AccountCreation, initiator } from './account-creation.js';
import { PasswordVerifier } from './password-verifier.js';
import { type NewSession, SessionsService } from './sessions.service.js';
import { SignedInDto } from './session.dto.js';
import type { SignInDto, SignUpDto } from './sign-in.dto.js';
import type { SignUpPolicy } from './sign-up-policy.js';

/** How people get in: sign-up, sign-in and their password. */
@Injectable()
export class SignInService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly users: AccountsRepository,
    private readonly teamRows: TeamsRepository,
    private readonly instance: InstanceRepository,
    private readonly accountCreation: AccountCreation,
    private readonly sessions: SessionsService,
    private readonly teams: TeamsService,
    private readonly passwords: Passwords,
    private readonly check: PasswordVerifier,
    private readonly audited: AuditedTransactions,
    private readonly config: Config,
  ) {}

  /** Creates an account and its first team, and signs in. Only the first account may do so unless sign-up is open. */
  async signUp(context: RequestContext, { name, email, password }: SignUpDto): Promise<SignedInDto> {
    if (this.config.signUp !== 'open' && (await this.users.exist())) throw closed();
    const passwordHash = await this.passwords.hash(password);
    return this.audited.run(anonymousActor(context), async (tx) => {
      await this.requireOpen(tx);
      // While sign-up is closed the first account is the operator's, whose own address it is.
      const isVerified = this.config.signUp !== 'open';
      const input = { name, email, passwordHash, isVerified };
      const { user, team } = await this.accountCreation.enrol(tx, input, context);
      const session = await this.startSession(tx, user, team.id, context);
      return signedIn(session, user, team);
    });
  }

  /** Who may sign up now. */
  async signUpPolicy(): Promise<SignUpPolicy> {
    if (!(await this.users.exist())) return 'first';
    return this.config.signUp;
  }

  /** Starts a session in the team last worked in. Tells nobody whether it was the address or the password that was wrong. */
  async signIn(context: RequestContext, { email, password }: SignInDto): Promise<SignedInDto> {
    const asked = { counted: context.counted, emailKey: emailKey(email) };
    const { user, fits } = await this.check.check(asked, password, () => this.accounts.findByEmail(email));
    const teamId = user && (await this.sessions.lastTeamOf(user.id));
    try {
      if (!user || !fits) throw refused();
      return await this.enter(context, user, teamId, password);
    } catch (error) {
      if (error instanceof SignInRefused) await this.recordFailure(context, user, teamId);
      throw error;
    }
  }

  /** Sets another password, ends all sessions and starts a new one. */
  async changePassword(
    by: Principal,
    { currentPassword, newPassword }: ChangePasswordDto,
  ): Promise<SignedInDto> {
    const user = (await this.users.find(by.userId))!;
    throwIfInvalid(newPasswordIssues('newPassword', newPassword, user));
    const asked = { counted: by.context.counted, emailKey: user.emailKey };
    const { fits } = await this.check.check(asked, currentPassword, async () => user);
    if (!fits) throw wrong();
    const passwordHash = await this.passwords.hash(newPassword);
    return this.audited.runAlone(by, async (tx) => {
      await this.sessions.lockAllOf(tx, user.id);
      if (!(await this.check.stillHolds(tx, user))) throw wrong();
      await this.users.setPassword(tx, user.id, passwordHash, tx.at);
      tx.record('user.password-changed', userTarget(user), { changes: [redactedChange('password')] });
      await this.sessions.revokeAllOf(tx, user.id);
      const session = await this.startSession(tx, user, by.teamId, by.context);
      const team = await this.teamRows.findIn(tx, by.teamId);
      return signedIn(session, user, team);
    });
  }

  /** Lets in who has shown the password, unless it was changed meanwhile. Hashes it again where that was done too weakly. */
  private async enter(
    context: RequestContext,
    user: User,
    teamId: string | null,
    password: string,
  ): Promise<SignedInDto> {
    const rehashed = this.passwords.isOutdated(user.passwordHash)
      ? await this.passwords.hash(password)
      : null;
    return this.audited.run(anonymousActor(context), async (tx) => {
      const held = await this.teams.lockTeamOf(tx, user.id, teamId);
      if (!(await this.check.stillHolds(tx, user))) throw refused();
      if (rehashed) await this.users.setPassword(tx, user.id, rehashed, tx.at);
      const team = held ?? (await this.ownTeamOf(tx, user, context));
      return signedIn(await this.startSession(tx, user, team.id, context), user, team);
    });
  }

  /** Holds the row of the installation, so that of two first accounts made at once one is refused. */
  private async requireOpen(tx: AuditedTransaction): Promise<void> {
    if (this.config.signUp === 'open') return;
    await this.instance.hold(tx);
    if (await this.users.existIn(tx)) throw closed();
  }

  private async startSession(
    tx: AuditedTransaction,
    user: User,
    teamId: string,
    context: RequestContext,
  ): Promise<NewSession> {
    const started = await this.sessions.start(tx, user.id, teamId, context);
    tx.record(
      'session.created',
      { type: 'session', id: started.session.id, name: null },
      { by: initiator(user, teamId, context) },
    );
    return started;
  }

  /**
   * Whoever was removed from all teams gets one of their own again. Their row is held, and they are looked for once
   * more: another sign-in may have been first.
   */
  private async ownTeamOf(tx: AuditedTransaction, user: User, context: RequestContext): Promise<Team> {
    const team = await this.teams.lockTeamOf(tx, user.id, null);
    return team ?? this.accountCreation.foundTeam(tx, user, initiator(user, null, context));
  }

  private async recordFailure(
    context: RequestContext,
    user: User | null,
    teamId: string | null,
  ): Promise<void> {
    const by = anonymousActor(context, teamId);
    await this.audited.note(by, 'session.created', user && userTarget(user), 'failed');
  }
}

const refused = () => new SignInRefused('The e-mail address or the password is not right.');
const wrong = () => new PasswordWrong('The current password is not right.');
const closed = () => new SignUpClosed('Ask the operator of this server for an account.');

const signedIn = ({ token, session }: NewSession, user: User, team: Team): SignedInDto =>
  Object.assign(new SignedInDto(), {
    token,
    expiresAt: session.expiresAt,
    user: AccountDto.from(user),
    team: TeamDto.from(team),
  });
