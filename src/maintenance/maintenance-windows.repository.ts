import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, MoreThan, Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import type { Condition } from '../database/condition.js';
import { type InList, inList } from '../database/in-list.js';
import { type Asking, LinkTable } from '../database/link-table.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import type { LinkedWindow } from './linked-window.js';
import { MaintenanceWindowMonitor } from './maintenance-window-monitor.entity.js';
import { MaintenanceWindow } from './maintenance-window.entity.js';

const FOR_MONITOR = 't.id IN (SELECT m.windowId FROM maintenance_window_monitors m WHERE m.monitorId = ?)';

/** How many identifiers one statement names. */
const BATCH = 500;

/** Which windows of a team are asked for; all of them where nothing is said. */
export interface WindowsAskedFor {
  /** Those that are over for good by then. */
  readonly pastAt?: Date | undefined;
  /** Those with these identifiers. */
  readonly ids?: readonly string[] | undefined;
  /** Those for a monitor. */
  readonly monitorId?: string | undefined;
}

/** Maintenance windows with the monitors they are for. One is ahead while it is not over for good. */
@Injectable()
export class MaintenanceWindowsRepository extends BaseRepository<MaintenanceWindow> {
  private readonly monitors: LinkTable<MaintenanceWindowMonitor>;

  constructor(
    @InjectRepository(MaintenanceWindow) windows: Repository<MaintenanceWindow>,
    @InjectRepository(MaintenanceWindowMonitor) monitors: Repository<MaintenanceWindowMonitor>,
    sql: SqlReader,
  ) {
    super(windows, sql);
    this.monitors = new LinkTable(monitors, 'windowId', 'monitorId');
  }

  async find(teamId: string, id: string): Promise<LinkedWindow | null> {
    const window = await this.sql.selectOne(MaintenanceWindow, 't.id = ? AND t.teamId = ?', [id, teamId]);
    return window && (await this.withMonitors([window]))[0]!;
  }

  /** The windows of a team that are asked for, newest first. */
  listing(teamId: string, { pastAt, ids, monitorId }: WindowsAskedFor): Listing<MaintenanceWindow> {
    const conditions: Condition[] = [['t.teamId = ?', teamId]];
    if (pastAt !== undefined) conditions.push(['t.lastEndsAt <= ?', pastAt]);
    if (ids !== undefined) conditions.push(ids.length === 0 ? ['1 = 0'] : idIn(inList(ids)));
    if (monitorId !== undefined) conditions.push([FOR_MONITOR, monitorId]);
    return { entity: MaintenanceWindow, conditions, orderBy: ['id'], descending: true };
  }

  /** `windows` as they were read outside a transaction with their monitors, in the same order. */
  withMonitors(windows: readonly MaintenanceWindow[]): Promise<LinkedWindow[]> {
    return this.linked(this.sql, windows);
  }

  /** The windows of a team that are ahead, without their monitors. They are few: see the limit. */
  findAhead(teamId: string, now: Date): Promise<MaintenanceWindow[]> {
    const values = [teamId, now];
    return this.sql.select(MaintenanceWindow, { where: 't.teamId = ? AND t.lastEndsAt > ?', values });
  }

  /** The windows of all teams that are ahead, or those of `ids` that are. */
  async findAllAhead(now: Date, ids?: readonly string[]): Promise<LinkedWindow[]> {
    if (!ids)
      return this.withMonitors(
        await this.sql.select(MaintenanceWindow, { where: 't.lastEndsAt > ?', values: [now] }),
      );
    const windows: MaintenanceWindow[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound } = inList(ids.slice(i, i + BATCH));
      const where = `t.id IN (${marks}) AND t.lastEndsAt > ?`;
      windows.push(...(await this.sql.select(MaintenanceWindow, { where, values: [...bound, now] })));
    }
    return this.withMonitors(windows);
  }

  /** A window of a team, held until the transaction ends. */
  async lockOf(tx: Transaction, teamId: string, id: string): Promise<LinkedWindow | null> {
    const [window] = await this.lockWithMonitors(tx, { id, teamId });
    return window ?? null;
  }

  /** The windows of a team that are ahead, held until the transaction ends. */
  lockAhead(tx: Transaction, teamId: string, now: Date): Promise<LinkedWindow[]> {
    return this.lockWithMonitors(tx, { teamId, lastEndsAt: MoreThan(now) });
  }

  /** The windows for a monitor that are ahead, held until the transaction ends. */
  async lockAheadFor(tx: Transaction, monitorId: string, now: Date): Promise<LinkedWindow[]> {
    const ids = await this.monitors.linkedTo(tx, monitorId);
    return ids.length === 0 ? [] : this.lockWithMonitors(tx, { id: In(ids), lastEndsAt: MoreThan(now) });
  }

  /** Has a window be for the monitors `after`, where it was for those of `before`. */
  async writeMonitors(
    tx: Transaction,
    id: string,
    before: readonly string[],
    after: readonly string[],
  ): Promise<void> {
    await this.monitors.deleteGone(tx, id, before, after);
    await this.monitors.insertAdded(tx, id, before, after);
  }

  private async lockWithMonitors(
    tx: Transaction,
    where: FindOptionsWhere<MaintenanceWindow>,
  ): Promise<LinkedWindow[]> {
    return this.linked(tx.manager, await this.lockAll(tx, where));
  }

  private async linked(asking: Asking, windows: readonly MaintenanceWindow[]): Promise<LinkedWindow[]> {
    const monitors = await this.monitors.linksOf(
      asking,
      windows.map(({ id }) => id),
    );
    return windows.map((window) => ({ ...window, monitorIds: monitors.get(window.id)! }));
  }
}

const idIn = ({ marks, bound }: InList<string>): Condition => [`t.id IN (${marks})`, ...bound];
