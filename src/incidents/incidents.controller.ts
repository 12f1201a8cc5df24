import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { PageQuery } from '../http/page.dto.js';
import { Conditional, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import {
  IncidentDetailsDto,
  IncidentPageDto,
  ListIncidentsDto,
  ResolveIncidentDto,
  UpdateIncidentDto,
} from './incident.dto.js';
import { AddNoteDto, IncidentEventDto, IncidentEventPageDto } from './incident-event.dto.js';
import { IncidentAlreadyAcknowledged, IncidentAlreadyResolved } from './incidents.problems.js';
import { IncidentsService } from './incidents.service.js';
import { TimelineService } from './timeline.service.js';

@ApiTags('Incidents')
@Controller('incidents')
export class IncidentsController {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly timeline: TimelineService,
  ) {}

  /** List the incidents of the current team */
  @Get()
  @RequireAbilities(Ability.IncidentsRead)
  list(@Caller() by: Principal, @Query() query: ListIncidentsDto): Promise<IncidentPageDto> {
    return this.incidents.list(by, query);
  }

  /** Read an incident */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.IncidentsRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<IncidentDetailsDto> {
    return this.incidents.get(by, id);
  }

  /** Write down the root cause of an incident */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.IncidentsWrite)
  @Audited('incident.updated')
  @ApiProblems(NotFound)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateIncidentDto,
  ): Promise<IncidentDetailsDto> {
    return this.incidents.update(by, id, input);
  }

  /** Acknowledge an incident: say that you take it on */
  @Post(':id/acknowledge')
  @Conditional()
  @HttpCode(200)
  @Tagged()
  @RequireAbilities(Ability.IncidentsWrite)
  @Audited('incident.acknowledged')
  @ApiProblems(NotFound, IncidentAlreadyAcknowledged, IncidentAlreadyResolved)
  acknowledge(@Caller() by: Principal, @Param('id') id: string): Promise<IncidentDetailsDto> {
    return this.incidents.acknowledge(by, id);
  }

  /** Resolve an incident */
  @Post(':id/resolve')
  @Conditional()
  @HttpCode(200)
  @Tagged()
  @RequireAbilities(Ability.IncidentsWrite)
  @Audited('incident.resolved')
  @ApiProblems(NotFound, IncidentAlreadyResolved)
  resolve(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: ResolveIncidentDto,
  ): Promise<IncidentDetailsDto> {
    return this.incidents.resolve(by, id, input);
  }

  /** List the timeline of an incident */
  @Get(':id/events')
  @RequireAbilities(Ability.IncidentsRead)
  @ApiProblems(NotFound)
  listIncidentEvents(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<IncidentEventPageDto> {
    return this.timeline.list(by, id, query);
  }

  /** Add a note to the timeline of an incident */
  @Post(':id/events')
  @RequireAbilities(Ability.IncidentsWrite)
  @Audited('incident.noted')
  @ApiProblems(NotFound)
  addIncidentNote(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: AddNoteDto,
  ): Promise<IncidentEventDto> {
    return this.timeline.addNote(by, id, input);
  }
}
