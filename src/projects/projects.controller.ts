import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Ability } from '../auth/ability.js';
import { RequireAbilities } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Audited } from '../audit/audited.decorator.js';
import { PageQuery } from '../http/page.dto.js';
import { Conditional, Creates, Tagged } from '../http/representation.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { NotFound } from '../problems/common.problems.js';
import {
  CreateProjectDto,
  DeleteProjectDto,
  ProjectDto,
  ProjectPageDto,
  UpdateProjectDto,
} from './project.dto.js';
import { LastProject, ProjectNameTaken, ProjectNotEmpty } from './projects.problems.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('Projects')
@Controller('projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  /** List the projects of the current team */
  @Get()
  @RequireAbilities(Ability.ProjectsRead)
  list(@Caller() by: Principal, @Query() query: PageQuery): Promise<ProjectPageDto> {
    return this.projects.list(by, query);
  }

  /** Create a project */
  @Post()
  @Creates('/v1/projects/{id}')
  @RequireAbilities(Ability.ProjectsWrite)
  @Audited('project.created')
  @ApiProblems(ProjectNameTaken)
  create(@Caller() by: Principal, @Body() input: CreateProjectDto): Promise<ProjectDto> {
    return this.projects.create(by, input);
  }

  /** Read a project */
  @Get(':id')
  @Tagged()
  @RequireAbilities(Ability.ProjectsRead)
  @ApiProblems(NotFound)
  get(@Caller() by: Principal, @Param('id') id: string): Promise<ProjectDto> {
    return this.projects.get(by, id);
  }

  /** Rename or describe a project */
  @Patch(':id')
  @Conditional()
  @Tagged()
  @RequireAbilities(Ability.ProjectsWrite)
  @Audited('project.updated')
  @ApiProblems(NotFound, ProjectNameTaken)
  update(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Body() input: UpdateProjectDto,
  ): Promise<ProjectDto> {
    return this.projects.update(by, id, input);
  }

  /** Delete a project */
  @Delete(':id')
  @Conditional()
  @HttpCode(204)
  @RequireAbilities(Ability.ProjectsWrite)
  @Audited('project.deleted')
  @ApiProblems(NotFound, ProjectNotEmpty, LastProject)
  remove(
    @Caller() by: Principal,
    @Param('id') id: string,
    @Query() { moveTo }: DeleteProjectDto,
  ): Promise<void> {
    return this.projects.remove(by, id, moveTo);
  }
}
