import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, MoreThan } from 'typeorm';
import type { ActorContext } from '../auth/principal.js';
import type { AuditedTransaction, Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { ChangeFeed } from '../database/change-feed.js';
import { inList } from '../database/in-list.js';
import { findAllLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import type { LinkedWindow } from './linked-window.js';
import { MaintenanceWindow } from './maintenance-window.entity.js';
import type { WindowSettings } from './window-edit.js';
import { type Query, withMonitors, writeMonitors } from './window-monitors.js';
import type { Transaction } from '../database/transactions.js';

/** The fields whose values the audit log tells. */
const told = [
  'title',
  'description',
  'startsAt',
  'endsAt',
  'recurrence',
  'timeZone',
  'until',
  'endedAt',
  'monitorIds',
] as const;

const target = ({ id, title }: MaintenanceWindow): Target => ({
  type: 'maintenance-window',
  id,
  name: title,
});

/** How many identifiers one statement names. */
const BATCH = 500;

/** Windows with the monitors they are for. Whatever it writes it records, and tells other processes. */
@Injectable()
export class WindowStore {
  constructor(
    private readonly reads: SqlReader,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  async find(teamId: string, id: string): Promise<LinkedWindow | null> {
    const window = await this.reads.selectOne(MaintenanceWindow, 't.id = ? AND t.teamId = ?', [id, teamId]);
    return window && (await this.linked([window]))[0]!;
  }

  /** `windows` as they were read outside a transaction, with their monitors. */
  linked(windows: readonly MaintenanceWindow[]): Promise<LinkedWindow[]> {
    return withMonitors((sql, values) => this.reads.query(sql, values), windows);
  }

  /** The windows of a team that are not past. Those who ask get few: see the limit. */
  ahead(teamId: string): Promise<MaintenanceWindow[]> {
    const values = [teamId, this.clock.now()];
    return this.reads.select(MaintenanceWindow, { where: 't.teamId = ? AND t.lastEndsAt > ?', values });
  }

  /** The windows of all teams that are not past, or those of `ids` that are not. */
  async allAhead(ids?: readonly string[]): Promise<LinkedWindow[]> {
    const now = this.clock.now();
    if (!ids)
      return this.linked(
        await this.reads.select(MaintenanceWindow, { where: 't.lastEndsAt > ?', values: [now] }),
      );
    const windows: MaintenanceWindow[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound } = inList(ids.slice(i, i + BATCH));
      const where = `t.id IN (${marks}) AND t.lastEndsAt > ?`;
      windows.push(...(await this.reads.select(MaintenanceWindow, { where, values: [...bound, now] })));
    }
    return this.linked(windows);
  }

  /** Windows, held until the transaction ends. */
  async lock(tx: Transaction, where: FindOptionsWhere<MaintenanceWindow>): Promise<LinkedWindow[]> {
    return withMonitors(queryOf(tx), await findAllLocked(tx.manager, MaintenanceWindow, where));
  }

  /** The windows of a team that are not past, held until the transaction ends. */
  lockAhead(tx: AuditedTransaction, teamId: string): Promise<LinkedWindow[]> {
    const { at } = tx;
    return this.lock(tx, { teamId, lastEndsAt: MoreThan(at) });
  }

  /** The windows for a monitor that are not past, held until the transaction ends. */
  async lockOf(tx: AuditedTransaction, monitorId: string): Promise<LinkedWindow[]> {
    const { at } = tx;
    const links = await queryOf(tx)<{ windowId: string }>(
      'SELECT windowId FROM maintenance_window_monitors WHERE monitorId = ?',
      [monitorId],
    );
    const ids = links.map(({ windowId }) => windowId);
    return ids.length === 0 ? [] : this.lock(tx, { id: In(ids), lastEndsAt: MoreThan(at) });
  }

  async insert(tx: AuditedTransaction, teamId: string, settings: WindowSettings): Promise<LinkedWindow> {
    const { manager, at } = tx;
    const window: LinkedWindow = { ...settings, id: newId('mnt'), teamId, createdAt: at, updatedAt: at };
    await manager.insert(MaintenanceWindow, rowOf(window));
    await writeMonitors({ manager }, window.id, [], window.monitorIds);
    tx.record('maintenance-window.created', target(window), { changes: createdFields(window, told) });
    await this.feed.publish({ manager }, 'maintenance-window', [window.id]);
    return window;
  }

  async update(
    tx: AuditedTransaction,
    before: LinkedWindow,
    edited: LinkedWindow,
    action: 'maintenance-window.updated' | 'maintenance-window.ended',
    by: ActorContext = tx.by,
  ): Promise<LinkedWindow> {
    const { manager, at } = tx;
    const window = { ...edited, updatedAt: at };
    await manager.update(MaintenanceWindow, { id: window.id }, rowOf(window));
    await writeMonitors({ manager }, window.id, before.monitorIds, window.monitorIds);
    tx.record(action, target(window), { by, changes: fieldChanges(before, window, told) });
    await this.feed.publish({ manager }, 'maintenance-window', [window.id]);
    return window;
  }

  async remove(tx: AuditedTransaction, window: LinkedWindow): Promise<void> {
    await tx.manager.delete(MaintenanceWindow, { id: window.id });
    tx.record('maintenance-window.deleted', target(window));
    await this.feed.publish(tx, 'maintenance-window', [window.id]);
  }
}

const queryOf =
  ({ manager }: Transaction): Query =>
  (sql, values) =>
    manager.query(sql, [...values]);

function rowOf(window: LinkedWindow): MaintenanceWindow {
  const { monitorIds: _, ...row } = window;
  return row;
}
