import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { Conditional, Creates, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import {
  ListMaintenanceWindowsDto,
  MaintenanceWindowDto,
  MaintenanceWindowPageDto,
} from './maintenance-window.dto.js';
import { CreateMaintenanceWindowDto, UpdateMaintenanceWindowDto } from './maintenance-window-input.dto.js';
import { MaintenanceWindowsService } from './maintenance-windows.service.js';
import {
  MaintenanceWindowLimitReached,
  MaintenanceWindowNotActive,
  MaintenanceWindowNotUpcoming,
} from './maintenance.problems.js';

@ApiTags('Maintenance')
@Controller('maintenance-windows')
export class MaintenanceWindowsController {
  constructor(private readonly windows: MaintenanceWindowsService) {}

  /** List the maintenance windows of the current team */
  @Get()
  @RequireAbilities(Ability.MaintenanceRead)
  list(
    @Caller() by: Principal,
    @Query() query: ListMaintenanceWindowsDto,
  ): Promise<MaintenanceWindowPageDto> {
    return this.windows.list(by, query);
  }

  /** Plan a maintenance window */
  @Post()
  @Creates('/v1/maintenance-windows/{id}')
  @RequireAbilities(Ability.MaintenanceWrite)
  @Audited('maintenance-window.created')
  @ApiProblems(MaintenanceWindowLimitReached)
  create(@Caller() by: Principal, @Body() input: CreateMaintenanceWindowDto): Promise<MaintenanceWindowDto> {
    return this.windows.create(by, input);
  }

  /** Read a maintenance window */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.MaintenanceRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<MaintenanceWindowDto> {
    return this.windows.get(by, id);
  }

  /** Change a maintenance window that is upcoming */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.MaintenanceWrite)
  @Audited('maintenance-window.updated')
  @ApiProblems(NotFound, MaintenanceWindowNotUpcoming)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateMaintenanceWindowDto,
  ): Promise<MaintenanceWindowDto> {
    return this.windows.update(by, id, input);
  }

  /** End a maintenance window that is active */
  @Post(':id/end')
  @Conditional()
  @HttpCode(200)
  @Tagged()
  @RequireAbilities(Ability.MaintenanceWrite)
  @Audited('maintenance-window.ended')
  @ApiProblems(NotFound, MaintenanceWindowNotActive)
  end(@Caller() by: Principal, @Param('id') id: string): Promise<MaintenanceWindowDto> {
    return this.windows.end(by, id);
  }

  /** Delete a maintenance window */
  @Delete(':id')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.MaintenanceWrite)
  @Audited('maintenance-window.deleted')
  @ApiProblems(NotFound)
  remove(@Caller() by: Principal, @Param('id') id: string): Promise<void> {
    return this.windows.remove(by, id);
  }
}
