import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { foreignIdIssues } from '../http/id-list.js';
import { issue, type ValidationIssue } from '../http/validation-issue.js';
import { type Page, Pages } from '../http/pages.js';
import { expectMatch } from '../http/resource.js';
import { throwIfInvalid } from '../http/validation.pipe.js';
import { MonitorsRepository } from '../monitors/monitors.repository.js';
import { PlansRepository } from '../plans/plans.repository.js';
import { NotFound } from '../problems/common.problems.js';
import { type LinkedWindow, scheduleOf } from './linked-window.js';
import { type ListMaintenanceWindowsDto, MaintenanceWindowDto } from './maintenance-window.dto.js';
import type {
  CreateMaintenanceWindowDto,
  UpdateMaintenanceWindowDto,
} from './maintenance-window-input.dto.js';
import { MaintenanceWindowsRepository, type WindowsAskedFor } from './maintenance-windows.repository.js';
import {
  MaintenanceWindowLimitReached,
  MaintenanceWindowNotActive,
  MaintenanceWindowNotUpcoming,
} from './maintenance.problems.js';
import { firstOverlap } from './overlap.js';
import { type Status, statusAt } from './status.js';
import { editWindow, newSettings, timeIssues, type WindowSettings } from './window-edit.js';
import { WindowWriter } from './window-writer.js';

/** How many windows that are not past a team can have: a new one is held against all of them. */
const MOST = 100;

@Injectable()
export class MaintenanceWindowsService {
  constructor(
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly clock: Clock,
    private readonly monitors: MonitorsRepository,
    private readonly windows: MaintenanceWindowsRepository,
    private readonly writer: WindowWriter,
  ) {}

  create(by: Principal, input: CreateMaintenanceWindowDto): Promise<MaintenanceWindowDto> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const ahead = await this.windows.lockAhead(tx, by.teamId, tx.at);
      if (ahead.length >= MOST) throw full(ahead.length);
      const monitorIds = input.monitorIds ?? (await this.monitors.findIds(tx, by.teamId));
      throwIfInvalid(monitorIds.length > 0 ? [] : [noMonitor]);
      const settings = newSettings({ ...input, monitorIds });
      throwIfInvalid(await this.issues(tx, by, input, settings, ahead));
      return MaintenanceWindowDto.from(await this.writer.insert(tx, by.teamId, settings), tx.at);
    });
  }

  /** The team's windows, newest first. */
  async list(by: Principal, query: ListMaintenanceWindowsDto): Promise<Page<MaintenanceWindowDto>> {
    const now = this.clock.now();
    const listing = this.windows.listing(by.teamId, await this.askedFor(by.teamId, query, now));
    const page = await this.pages.read(by, listing, query, (window) => window);
    const windows = await this.windows.withMonitors(page.data);
    return { ...page, data: windows.map((window) => MaintenanceWindowDto.from(window, now)) };
  }

  async get(by: Principal, id: string): Promise<MaintenanceWindowDto> {
    const window = await this.windows.find(by.teamId, id);
    if (!window) throw notFound(id);
    return MaintenanceWindowDto.from(window, this.clock.now());
  }

  update(by: Principal, id: string, input: UpdateMaintenanceWindowDto): Promise<MaintenanceWindowDto> {
    return this.audited.run(by, async (tx) => {
      const window = await this.lock(tx, by, id);
      const status = statusOf(window, tx);
      if (status !== 'upcoming') throw new MaintenanceWindowNotUpcoming(`The window is ${status}.`);
      const edited = editWindow(window, input);
      const others = (await this.windows.lockAhead(tx, by.teamId, tx.at)).filter((other) => other.id !== id);
      throwIfInvalid(await this.issues(tx, by, input, edited, others));
      const updated = await this.writer.update(tx, window, edited, 'maintenance-window.updated');
      return MaintenanceWindowDto.from(updated, tx.at);
    });
  }

  /** Ends a window for good: the occurrence that is going on, and all that would come. */
  end(by: Principal, id: string): Promise<MaintenanceWindowDto> {
    return this.audited.run(by, async (tx) => {
      const window = await this.lock(tx, by, id);
      const status = statusOf(window, tx);
      if (status !== 'active') throw new MaintenanceWindowNotActive(`The window is ${status}.`);
      const edited = { ...window, endedAt: tx.at, lastEndsAt: tx.at };
      const ended = await this.writer.update(tx, window, edited, 'maintenance-window.ended');
      return MaintenanceWindowDto.from(ended, tx.at);
    });
  }

  remove(by: Principal, id: string): Promise<void> {
    return this.audited.run(by, async (tx) => {
      await this.writer.remove(tx, await this.lock(tx, by, id));
    });
  }

  /** Which of the windows ahead are active no database can tell: they are picked by their identifiers. */
  private async askedFor(
    teamId: string,
    { status, monitorId }: ListMaintenanceWindowsDto,
    now: Date,
  ): Promise<WindowsAskedFor> {
    if (status === undefined) return { monitorId };
    if (status === 'past') return { pastAt: now, monitorId };
    const ahead = await this.windows.findAhead(teamId, now);
    const such = ahead.filter((window) => statusAt(scheduleOf(window), now.getTime()) === status);
    return { ids: such.map(({ id }) => id), monitorId };
  }

  /** What is wrong with a window beside the windows `others`. `input` is how it was sent. */
  private async issues(
    tx: AuditedTransaction,
    { teamId }: Principal,
    { monitorIds = [] }: UpdateMaintenanceWindowDto,
    window: WindowSettings,
    others: readonly LinkedWindow[],
  ): Promise<ValidationIssue[]> {
    const { at } = tx;
    const owned = await this.monitors.findOwned(tx, teamId, monitorIds);
    const issues = [
      ...timeIssues(window, at),
      ...foreignIdIssues('monitorIds', monitorIds, owned, 'monitor'),
    ];
    return issues.length > 0 ? issues : overlapFaults(window, others, at);
  }

  /** A window, held together with its team until the transaction ends. */
  private async lock(tx: AuditedTransaction, by: Principal, id: string): Promise<LinkedWindow> {
    const { at } = tx;
    await this.plans.lockTeam(tx, by.teamId);
    const window = await this.windows.lockOf(tx, by.teamId, id);
    if (!window) throw notFound(id);
    expectMatch(by, MaintenanceWindowDto.from(window, at));
    return window;
  }
}

/** The windows for a same monitor that are active at a same time, each a fault. */
function overlapFaults(
  window: WindowSettings,
  others: readonly LinkedWindow[],
  now: Date,
): ValidationIssue[] {
  const own = new Set(window.monitorIds);
  return others.flatMap((other) => {
    const shared = other.monitorIds.find((id) => own.has(id));
    if (shared === undefined) return [];
    const moment = firstOverlap(scheduleOf(window), scheduleOf(other), now.getTime());
    if (moment === null) return [];
    const when = new Date(moment).toISOString();
    const message = `At ${when} the window ${other.id}, "${other.title}", is active for ${shared} too.`;
    return [issue('/monitorIds', 'overlap', message)];
  });
}

const noMonitor = issue('/monitorIds', 'array-not-empty', 'The team has no monitor that it could be for.');

const statusOf = (window: LinkedWindow, { at }: AuditedTransaction): Status =>
  statusAt(scheduleOf(window), at.getTime());

const full = (used: number) =>
  new MaintenanceWindowLimitReached(`A team can have ${MOST} windows ahead.`, { limit: MOST, used });

const notFound = (id: string) => new NotFound(`There is no maintenance window ${id}.`);
