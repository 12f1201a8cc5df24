import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SessionOnly } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Creates, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { CreateTeamDto, OwnTeamDto, OwnTeamPageDto } from './team.dto.js';
import { TeamLimitReached } from './teams.problems.js';
import { TeamsService } from './teams.service.js';

@ApiTags('Teams')
@Controller('teams')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  /** List the teams you belong to */
  @Get()
  @SessionOnly()
  list(@Caller() by: Principal): Promise<OwnTeamPageDto> {
    return this.teams.list(by);
  }

  /** Read one of the teams you belong to */
  @Get(':id')
  @Tagged()
  @SessionOnly()
  @ApiProblems(NotFound)
  getOwnTeam(@Caller() by: Principal, @Param('id') id: string): Promise<OwnTeamDto> {
    return this.teams.find(by, id);
  }

  /** Create a team of your own */
  @Post()
  @Creates('/v1/teams/{id}')
  @SessionOnly()
  @Audited('team.created')
  @ApiProblems(TeamLimitReached)
  create(@Caller() by: Principal, @Body() input: CreateTeamDto): Promise<OwnTeamDto> {
    return this.teams.create(by, input);
  }
}
