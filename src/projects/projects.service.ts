import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ActorContext, Principal } from '../auth/principal.js';
import { reachOf } from '../auth/project-reach.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import { nameKey } from '../common/name.js';
import { isUniqueViolation } from '../database/errors.js';
import type { Transaction } from '../database/transactions.js';
import { type Page, Pages } from '../http/pages.js';
import type { PageQuery } from '../http/page.dto.js';
import { expectMatch } from '../http/resource.js';
import { validationFailed } from '../http/validation.pipe.js';
import { TeamEvents } from '../plans/team-events.js';
import { PlansRepository } from '../plans/plans.repository.js';
import { NotFound } from '../problems/common.problems.js';
import { ProjectContents } from './project-contents.js';
import { type CreateProjectDto, ProjectDto, type UpdateProjectDto } from './project.dto.js';
import type { Project } from './project.entity.js';
import { LastProject, ProjectNameTaken, ProjectNotEmpty } from './projects.problems.js';
import { ProjectsRepository } from './projects.repository.js';

/** The project every team begins with. */
const FIRST = 'Default';

const target = ({ id, name }: Project): Target => ({ type: 'project', id, name });

@Injectable()
export class ProjectsService implements OnModuleInit {
  constructor(
    private readonly projects: ProjectsRepository,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly teamEvents: TeamEvents,
    private readonly contents: ProjectContents,
  ) {}

  onModuleInit(): void {
    this.teamEvents.onCreated(async (tx, teamId, by) => {
      await this.insert(tx, teamId, { name: FIRST }, by);
    });
  }

  create(by: Principal, input: CreateProjectDto): Promise<ProjectDto> {
    return this.audited.run(by, async (tx) => ProjectDto.from(await this.insert(tx, by.teamId, input, by)));
  }

  /** The projects of the team that the caller reaches, oldest first. */
  list(by: Principal, query: PageQuery): Promise<Page<ProjectDto>> {
    return this.pages.read(by, this.projects.listing(by), query, ProjectDto.from);
  }

  async get(by: Principal, id: string): Promise<ProjectDto> {
    const project = await this.projects.findReached(by, id);
    if (!project) throw notFound(id);
    return ProjectDto.from(project);
  }

  update(by: Principal, id: string, input: UpdateProjectDto): Promise<ProjectDto> {
    return this.audited.run(by, async (tx) => {
      const project = await this.lock(tx, by, id);
      expectMatch(by, ProjectDto.from(project));
      const key = input.name === undefined ? {} : { nameKey: nameKey(input.name) };
      const edit = { ...input, ...key, updatedAt: tx.at };
      await this.projects.update(tx, { id }, edit).catch(refuseTaken);
      const updated = { ...project, ...edit };
      tx.record('project.updated', target(updated), {
        changes: fieldChanges(project, updated, ['name', 'description']),
      });
      return ProjectDto.from(updated);
    });
  }

  /** Deletes a project, after its monitors were moved to `moveTo`. Holds the team, which always keeps one project. */
  remove(by: Principal, id: string, moveTo?: string): Promise<void> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const project = await this.lock(tx, by, id);
      expectMatch(by, ProjectDto.from(project));
      if ((await this.projects.count(tx, by.teamId)) === 1)
        throw new LastProject('A team keeps its last project.');
      const moved = await this.clear(tx, by, project, moveTo);
      await this.projects.delete(tx, { id });
      tx.record('project.deleted', target(project), {
        changes: moved === 0 ? [] : [{ field: 'monitors', from: id, to: moveTo }],
      });
    });
  }

  /**
   * A project of the team that the caller reaches, or the team's first one where none is named. Null where there is
   * none of that id, and where who is limited to projects names none.
   */
  async pick(tx: Transaction, by: Principal, id?: string): Promise<Project | null> {
    const { teamId } = by;
    const reach = reachOf(by);
    if (id !== undefined) return this.projects.findWithin(tx, teamId, id, reach);
    return reach === null ? this.projects.findFirst(tx, teamId) : null;
  }

  /** Moves what is in `project` to the project `moveTo`. Answers how much that was. */
  private async clear(
    tx: AuditedTransaction,
    by: Principal,
    project: Project,
    moveTo: string | undefined,
  ): Promise<number> {
    if (moveTo !== undefined && (moveTo === project.id || !(await this.pick(tx, by, moveTo))))
      throw validationFailed({
        parameter: 'moveTo',
        code: 'project',
        message: 'moveTo must be another project of the team.',
      });
    const monitors = await this.contents.count(tx, project.id);
    if (monitors === 0) return 0;
    if (moveTo === undefined)
      throw new ProjectNotEmpty(`The project has ${monitors} monitors: say in moveTo where they go.`, {
        monitors,
      });
    await this.contents.move(tx, project.id, moveTo);
    return monitors;
  }

  private async insert(
    tx: AuditedTransaction,
    teamId: string,
    { name, description }: CreateProjectDto,
    by: ActorContext,
  ): Promise<Project> {
    const project: Project = {
      id: newId('prj'),
      teamId,
      name,
      nameKey: nameKey(name),
      description: description ?? null,
      createdAt: tx.at,
      updatedAt: tx.at,
    };
    await this.projects.insert(tx, project).catch(refuseTaken);
    tx.record('project.created', target(project), {
      by,
      changes: createdFields(project, ['name', 'description']),
    });
    return project;
  }

  private async lock(tx: AuditedTransaction, by: Principal, id: string): Promise<Project> {
    const project = await this.projects.lock(tx, { id, teamId: by.teamId });
    if (!project) throw notFound(id);
    return project;
  }
}

function refuseTaken(error: unknown): never {
  if (isUniqueViolation(error)) throw new ProjectNameTaken('The team already has a project of that name.');
  throw error;
}

const notFound = (id: string) => new NotFound(`There is no project ${id}.`);
