import { Body, Controller, Delete, Get, HttpCode, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { ChangeRoleDto, MemberDto, MemberPageDto } from './member.dto.js';
import { MembersService } from './members.service.js';
import { OwnerProtected } from './teams.problems.js';

@ApiTags('Members')
@Controller('members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  /** List the members of the current team */
  @Get()
  @RequireAbilities(Ability.MembersRead)
  list(@Caller() by: Principal): Promise<MemberPageDto> {
    return this.members.list(by);
  }

  /** Read a member */
  @Get(':userId')
  @Tagged()
  @RequireAbilities(Ability.MembersRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('userId') userId: string): Promise<MemberDto> {
    return this.members.get(by, userId);
  }

  /** Change the role of a member */
  @Patch(':userId')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.MembersWrite)
  @Audited('member.role-changed')
  @ApiProblems(NotFound, OwnerProtected)
  changeRole(
    @Caller() by: Principal,
    @Param('userId') userId: string,
    @Body() { role }: ChangeRoleDto,
  ): Promise<MemberDto> {
    return this.members.changeRole(by, userId, role);
  }

  /** Remove a member from the team */
  @Delete(':userId')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.MembersWrite)
  @Audited('member.removed')
  @ApiProblems(NotFound, OwnerProtected)
  remove(@Caller() by: Principal, @Param('userId') userId: string): Promise<void> {
    return this.members.remove(by, userId);
  }
}
