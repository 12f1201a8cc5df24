import { Injectable } from '@nestjs/common';
import type { Plan } from '../auth/plan.js';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions, type Target } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { Secrets } from '../crypto/secrets.js';
import { ChangeFeed } from '../database/change-feed.js';
import { issue, type ValidationIssue } from '../http/validation-issue.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { throwIfInvalid } from '../http/validation.pipe.js';
import { requirePlan } from '../plans/plan.guard.js';
import { Quotas } from '../plans/quotas.js';
import { PlansRepository } from '../plans/plans.repository.js';
import { ProjectsService } from '../projects/projects.service.js';
import { pausedStatus, pendingStatus } from './monitor-status.js';
import { type ListMonitorsDto, MonitorDto } from './monitor.dto.js';
import type { Monitor } from './monitor.entity.js';
import { initialMonitor, monitorChanges } from './monitor-changes.js';
import type { CreateMonitorDto, UpdateMonitorDto } from './monitor-input.dto.js';
import { MonitorEvents } from './monitor-events.js';
import { initialState } from './monitor-states.js';
import { MonitorStatesRepository } from './monitor-states.repository.js';
import { MonitorAlreadyPaused, monitorNotFound, MonitorNotPaused } from './monitors.problems.js';
import { MonitorsRepository } from './monitors.repository.js';
import { placeOf } from './sealed-settings.js';
import { defaultSettings, editSettings, type Seal } from './settings.js';

const target = ({ id, name }: Monitor): Target => ({ type: 'monitor', id, name });

@Injectable()
export class MonitorsService {
  constructor(
    private readonly monitors: MonitorsRepository,
    private readonly states: MonitorStatesRepository,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly quotas: Quotas,
    private readonly projects: ProjectsService,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
    private readonly events: MonitorEvents,
  ) {}

  create(by: Principal, input: CreateMonitorDto): Promise<MonitorDto> {
    return this.audited.run(by, async (tx) => {
      const { at } = tx;
      const plan = await this.claim(tx, by, 'all');
      const id = newId('mon');
      const { settings, issues } = editSettings(defaultSettings(input), input, this.seal(id, by.teamId));
      const project = await this.projects.pick(tx, tx.by, input.projectId);
      throwIfInvalid([...issues, ...projectIssues(project, input.projectId)]);
      requireInterval(plan, settings.intervalSeconds);
      const monitor: Monitor = {
        ...settings,
        id,
        teamId: by.teamId,
        projectId: project!.id,
        ...(settings.active ? pendingStatus : pausedStatus),
        createdAt: at,
        updatedAt: at,
      };
      const state = initialState(id, at);
      await this.monitors.insert(tx, monitor);
      await this.states.insert(tx, state);
      tx.record('monitor.created', target(monitor), { changes: initialMonitor(monitor) });
      await this.feed.publish(tx, 'monitor', [id]);
      return MonitorDto.from(monitor, state, at);
    });
  }

  list(by: Principal, query: ListMonitorsDto): Promise<Page<MonitorDto>> {
    const now = this.clock.now();
    return this.pages.read(by, this.monitors.listing(by, query), query, (monitor) =>
      MonitorDto.from(monitor, monitor.joined, now),
    );
  }

  async get(by: Principal, id: string): Promise<MonitorDto> {
    const monitor = await this.monitors.findReached(by, id);
    if (!monitor) throw monitorNotFound(id);
    return MonitorDto.from(monitor, monitor.joined, this.clock.now());
  }

  update(by: Principal, id: string, input: UpdateMonitorDto): Promise<MonitorDto> {
    return this.audited.run(by, async (tx) => {
      const plan = await this.plans.lockTeam(tx, by.teamId);
      const monitor = await this.lock(tx, id);
      await this.judge(tx, monitor);
      const { settings, issues } = editSettings(monitor, input, this.seal(id, by.teamId));
      const project = await this.projects.pick(tx, tx.by, settings.projectId);
      throwIfInvalid([...issues, ...projectIssues(project, settings.projectId)]);
      if (settings.intervalSeconds !== monitor.intervalSeconds)
        requireInterval(plan, settings.intervalSeconds);
      const updated = { ...settings, ...activity(monitor, settings.active) };
      if (updated.active && !monitor.active) await this.claim(tx, by, 'active');
      return this.write(tx, monitor, updated, 'monitor.updated');
    });
  }

  pause(by: Principal, id: string): Promise<MonitorDto> {
    return this.audited.run(by, async (tx) => {
      const monitor = await this.lock(tx, id);
      await this.judge(tx, monitor);
      if (!monitor.active) throw new MonitorAlreadyPaused('The monitor is paused already.');
      return this.write(tx, monitor, { ...monitor, ...pausedStatus }, 'monitor.paused');
    });
  }

  /** Has a monitor checked again, if the plan includes one more. */
  resume(by: Principal, id: string): Promise<MonitorDto> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const monitor = await this.lock(tx, id);
      await this.judge(tx, monitor);
      if (monitor.active) throw new MonitorNotPaused('The monitor is not paused.');
      await this.claim(tx, by, 'active');
      return this.write(tx, monitor, { ...monitor, ...pendingStatus }, 'monitor.resumed');
    });
  }

  remove(by: Principal, id: string): Promise<void> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const monitor = await this.lock(tx, id);
      await this.judge(tx, monitor);
      await this.events.announceRemoved(tx, by.teamId, id);
      await this.monitors.remove(tx, id, tx.at);
      tx.record('monitor.deleted', target(monitor));
      await this.feed.publish(tx, 'monitor', [id]);
    });
  }

  /** Stores what of `updated` differs from `monitor`, and tells of it. */
  private async write(
    tx: AuditedTransaction,
    monitor: Monitor,
    edited: Monitor,
    action: 'monitor.updated' | 'monitor.paused' | 'monitor.resumed',
  ): Promise<MonitorDto> {
    const updated = { ...edited, updatedAt: tx.at };
    const columns = Object.keys(updated) as Array<keyof Monitor>;
    const different = columns.filter((column) => updated[column] !== monitor[column]);
    await this.monitors.update(
      tx,
      { id: monitor.id },
      Object.fromEntries(different.map((column) => [column, updated[column]])),
    );
    if (updated.active && !monitor.active) await this.states.resetSchedule(tx, monitor.id, tx.at);
    if (monitor.active && !updated.active) await this.states.endObservations(tx, [monitor.id], tx.at);
    tx.record(action, target(updated), { changes: monitorChanges(monitor, updated) });
    const state = await this.states.findOf(tx, monitor.id);
    await this.feed.publish(tx, 'monitor', [monitor.id]);
    return MonitorDto.from(updated, state, tx.at);
  }

  private async judge(tx: AuditedTransaction, monitor: Monitor): Promise<void> {
    if (!tx.by.context?.preconditions) return;
    expectMatch(tx.by, MonitorDto.from(monitor, await this.states.findOf(tx, monitor.id), tx.at));
  }

  /** Makes sure that the plan includes one more monitor, of all or of those that are checked. Answers the plan. */
  private claim(tx: AuditedTransaction, { teamId }: Principal, of: 'all' | 'active'): Promise<Plan> {
    return this.quotas.requireRoom(tx, teamId, 'monitors', () =>
      of === 'all' ? this.monitors.count(tx, teamId) : this.monitors.countActive(tx, teamId),
    );
  }

  /** A monitor within the reach of the caller as they are now, held until the transaction ends. */
  private async lock(tx: AuditedTransaction<Principal>, id: string): Promise<Monitor> {
    const monitor = await this.monitors.lockReached(tx, tx.by, id);
    if (!monitor) throw monitorNotFound(id);
    return monitor;
  }

  private seal(id: string, teamId: string): Seal {
    return (column) => (value) => this.secrets.encrypt(value, placeOf(column, { id, teamId }));
  }
}

/** What becomes of a monitor's activity when `active` is written. */
const activity = (monitor: Monitor, active: boolean) =>
  active === monitor.active ? {} : active ? pendingStatus : pausedStatus;

function projectIssues(project: unknown, id: string | undefined): ValidationIssue[] {
  if (project) return [];
  const message =
    id === undefined
      ? 'Your key is limited to projects: projectId must name one of them.'
      : 'projectId must be a project of the team.';
  return [issue('/projectId', 'project', message)];
}

const requireInterval = (plan: Plan, seconds: number): void =>
  requirePlan(plan, ({ intervals }) => intervals.includes(seconds), `Intervals of ${seconds} seconds`);
