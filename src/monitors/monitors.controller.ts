import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { PlanRequired } from '../auth/auth.problems.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Creates, Tagged } from '../http/representation.js';
import { PlanLimitReached } from '../plans/plans.problems.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { ListMonitorsDto, MonitorDto, MonitorPageDto } from './monitor.dto.js';
import { CreateMonitorDto, UpdateMonitorDto } from './monitor-input.dto.js';
import { MonitorAlreadyPaused, MonitorNotPaused } from './monitors.problems.js';
import { MonitorsService } from './monitors.service.js';

@ApiTags('Monitors')
@Controller('monitors')
export class MonitorsController {
  constructor(private readonly monitors: MonitorsService) {}

  /** List the monitors of the current team */
  @Get()
  @RequireAbilities(Ability.MonitorsRead)
  list(@Caller() by: Principal, @Query() query: ListMonitorsDto): Promise<MonitorPageDto> {
    return this.monitors.list(by, query);
  }

  /** Create a monitor */
  @Post()
  @Creates('/v1/monitors/{id}')
  @RequireAbilities(Ability.MonitorsWrite)
  @Audited('monitor.created')
  @ApiProblems(PlanRequired, PlanLimitReached)
  create(@Caller() by: Principal, @Body() input: CreateMonitorDto): Promise<MonitorDto> {
    return this.monitors.create(by, input);
  }

  /** Read a monitor */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.MonitorsRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<MonitorDto> {
    return this.monitors.get(by, id);
  }

  /** Change a monitor */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.MonitorsWrite)
  @Audited('monitor.updated')
  @ApiProblems(NotFound, PlanRequired, PlanLimitReached)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateMonitorDto,
  ): Promise<MonitorDto> {
    return this.monitors.update(by, id, input);
  }

  /** Pause a monitor */
  @Post(':id/pause')
  @Conditional()
  @HttpCode(200)
  @Tagged()
  @RequireAbilities(Ability.MonitorsWrite)
  @Audited('monitor.paused')
  @ApiProblems(NotFound, MonitorAlreadyPaused)
  pause(@Caller() by: Principal, @Param('id') id: string): Promise<MonitorDto> {
    return this.monitors.pause(by, id);
  }

  /** Resume a paused monitor */
  @Post(':id/resume')
  @Conditional()
  @HttpCode(200)
  @Tagged()
  @RequireAbilities(Ability.MonitorsWrite)
  @Audited('monitor.resumed')
  @ApiProblems(NotFound, MonitorNotPaused, PlanLimitReached)
  resume(@Caller() by: Principal, @Param('id') id: string): Promise<MonitorDto> {
    return this.monitors.resume(by, id);
  }

  /** Delete a monitor with all its data */
  @Delete(':id')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.MonitorsWrite)
  @Audited('monitor.deleted')
  @ApiProblems(NotFound)
  remove(@Caller() by: Principal, @Param('id') id: string): Promise<void> {
    return this.monitors.remove(by, id);
  }
}
