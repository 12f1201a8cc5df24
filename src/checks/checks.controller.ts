import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import { CheckPageDto } from './check.dto.js';
import { ChecksService } from './checks.service.js';
import { ListChecksDto } from './list-checks.dto.js';
import { GetMetricsDto, MetricsDto } from './metrics.dto.js';
import { MetricsService } from './metrics.service.js';
import { UptimeDto } from './uptime.dto.js';
import { UptimeService } from './uptime.service.js';

@ApiTags('Checks')
@Controller('monitors/:id')
export class ChecksController {
  constructor(
    private readonly checks: ChecksService,
    private readonly uptime: UptimeService,
    private readonly metrics: MetricsService,
  ) {}

  /** List the checks of a monitor, newest first */
  @Get('checks')
  @RequireAbilities(Ability.ChecksRead)
  @ApiProblems(NotFound)
  listChecks(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Query() query: ListChecksDto,
  ): Promise<CheckPageDto> {
    return this.checks.list(by, id, query);
  }

  /** Read how much of the time a monitor was up */
  @Get('uptime')
  @Tagged()
  @RequireAbilities(Ability.ChecksRead)
  @ApiProblems(NotFound)
  getUptime(@Caller() by: Principal, @Param('id') id: string): Promise<UptimeDto> {
    return this.uptime.get(by, id);
  }

  /** Read how quick a monitor was, and how often it failed, over time */
  @Get('metrics')
  @Tagged()
  @RequireAbilities(Ability.ChecksRead)
  @ApiProblems(NotFound)
  getMetrics(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Query() query: GetMetricsDto,
  ): Promise<MetricsDto> {
    return this.metrics.get(by, id, query);
  }
}
