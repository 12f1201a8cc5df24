import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SessionOnly } from '../access/access.js';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { CreateTeamDto, OwnTeamPageDto, TeamDto } from './team.dto.js';
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

  /** Create a team of your own */
  @Post()
  @SessionOnly()
  @Audited('team.created')
  create(@Caller() by: Principal, @Body() input: CreateTeamDto): Promise<TeamDto> {
    return this.teams.create(by, input);
  }
}
