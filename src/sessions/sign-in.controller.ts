import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public, SessionOnly } from '../auth/access.decorators.js';
import { Caller, Context } from '../auth/caller.decorator.js';
import type { Principal, RequestContext } from '../auth/principal.js';
import { EmailTaken } from '../accounts/accounts.problems.js';
import { Audited } from '../audit/audited.decorator.js';
import { PageQuery } from '../http/page.dto.js';
import { Location } from '../http/representation.js';
import { TooManyFailures } from '../auth/auth.problems.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { SignInRefused, SignUpClosed } from './sessions.problems.js';
import { SignInService } from './sign-in.service.js';
import { SessionDto, SessionPageDto, SignedInDto } from './session.dto.js';
import { SessionsService } from './sessions.service.js';
import { SignInDto, SignUpDto, SwitchTeamDto } from './sign-in.dto.js';

@ApiTags('Sign-in')
@Controller('auth')
export class SignInController {
  constructor(
    private readonly auth: SignInService,
    private readonly sessions: SessionsService,
  ) {}

  /** Create an account with a first team, and sign in */
  @Post('sign-up')
  @Location('/v1/account')
  @Public()
  @Audited('user.created')
  @ApiProblems(EmailTaken, SignUpClosed)
  signUp(@Context() context: RequestContext, @Body() input: SignUpDto): Promise<SignedInDto> {
    return this.auth.signUp(context, input);
  }

  /** Sign in with e-mail address and password */
  @Post('sign-in')
  @HttpCode(200)
  @Public()
  @Audited('session.created')
  @ApiProblems(SignInRefused, TooManyFailures)
  signIn(@Context() context: RequestContext, @Body() input: SignInDto): Promise<SignedInDto> {
    return this.auth.signIn(context, input);
  }

  /** Sign out: ends the session of this request */
  @Post('sign-out')
  @HttpCode(204)
  @SessionOnly()
  @Audited('session.revoked')
  signOut(@Caller() by: Principal): Promise<void> {
    return this.sessions.revoke(by, by.sessionId!);
  }

  /** List your sessions */
  @Get('sessions')
  @SessionOnly()
  listSessions(@Caller() by: Principal, @Query() query: PageQuery): Promise<SessionPageDto> {
    return this.sessions.list(by, query);
  }

  /** End one of your sessions */
  @Delete('sessions/:id')
  @HttpCode(204)
  @SessionOnly()
  @Audited('session.revoked')
  @ApiProblems(NotFound)
  revokeSession(@Caller() by: Principal, @Param('id') id: string): Promise<void> {
    return this.sessions.revoke(by, id);
  }

  /** Switch this session to another of your teams */
  @Put('session/team')
  @HttpCode(200)
  @SessionOnly()
  @Audited('session.team-switched')
  @ApiProblems(NotFound)
  switchTeam(@Caller() by: Principal, @Body() { teamId }: SwitchTeamDto): Promise<SessionDto> {
    return this.sessions.switchTeam(by, teamId);
  }
}
