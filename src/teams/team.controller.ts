import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities, SessionOnly } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { MemberDto, TransferOwnershipDto } from './member.dto.js';
import { MembersService } from './members.service.js';
import { TeamDto, UpdateTeamDto } from './team.dto.js';
import { OwnerCannotLeave, OwnerProtected, TeamLimitReached } from './teams.problems.js';
import { TeamsService } from './teams.service.js';

@ApiTags('Teams')
@Controller('team')
export class TeamController {
  constructor(
    private readonly teams: TeamsService,
    private readonly members: MembersService,
  ) {}

  /** Read the current team */
  @Get()
  @Tagged()
  @RequireAbilities(Ability.TeamRead)
  get(@Caller() by: Principal): Promise<TeamDto> {
    return this.teams.get(by);
  }

  /** Rename or describe the current team, or limit how long its API keys live */
  @Patch()
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.TeamWrite)
  @Audited('team.updated')
  update(@Caller() by: Principal, @Body() input: UpdateTeamDto): Promise<TeamDto> {
    return this.teams.update(by, input);
  }

  /** Leave the current team */
  @Post('leave')
  @HttpCode(204)
  @SessionOnly()
  @Audited('member.left')
  @ApiProblems(OwnerCannotLeave)
  leave(@Caller() by: Principal): Promise<void> {
    return this.members.leave(by);
  }

  /** Hand the current team to another owner */
  @Post('transfer-ownership')
  @HttpCode(200)
  @SessionOnly(Ability.TeamDelete)
  @Audited('team.ownership-transferred')
  @ApiProblems(NotFound, OwnerProtected, TeamLimitReached)
  transferOwnership(@Caller() by: Principal, @Body() { userId }: TransferOwnershipDto): Promise<MemberDto> {
    return this.members.transferOwnership(by, userId);
  }
}
