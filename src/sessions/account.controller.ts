import { Body, Controller, Get, HttpCode, Patch, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SessionOnly } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { AccountDto, ChangePasswordDto, UpdateAccountDto } from '../accounts/account.dto.js';
import { PasswordWrong } from '../accounts/accounts.problems.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Tagged } from '../http/representation.js';
import { TooManyFailures } from '../auth/auth.problems.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { SignInService } from './sign-in.service.js';
import { SignedInDto } from './session.dto.js';

@ApiTags('Account')
@Controller('account')
export class AccountController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly auth: SignInService,
  ) {}

  /** Read your profile */
  @Get()
  @Tagged()
  @SessionOnly()
  get(@Caller() by: Principal): Promise<AccountDto> {
    return this.accounts.get(by);
  }

  /** Change your profile */
  @Patch()
  @Conditional()
  @Tagged()
  @SessionOnly()
  @Audited('user.updated')
  update(@Caller() by: Principal, @Body() input: UpdateAccountDto): Promise<AccountDto> {
    return this.accounts.update(by, input);
  }

  /** Change your password: ends all your sessions and starts a new one */
  @Put('password')
  @HttpCode(200)
  @SessionOnly()
  @Audited('user.password-changed')
  @ApiProblems(PasswordWrong, TooManyFailures)
  changePassword(@Caller() by: Principal, @Body() input: ChangePasswordDto): Promise<SignedInDto> {
    return this.auth.changePassword(by, input);
  }
}
