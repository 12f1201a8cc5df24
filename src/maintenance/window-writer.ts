import { Injectable } from '@nestjs/common';
import type { ActorContext } from '../auth/principal.js';
import type { AuditedTransaction, Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import { ChangeFeed } from '../database/change-feed.js';
import type { LinkedWindow } from './linked-window.js';
import type { MaintenanceWindow } from './maintenance-window.entity.js';
import { MaintenanceWindowsRepository } from './maintenance-windows.repository.js';
import type { WindowSettings } from './window-edit.js';

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

/** Writes windows with the monitors they are for. Whatever it writes it records, and tells other processes. */
@Injectable()
export class WindowWriter {
  constructor(
    private readonly windows: MaintenanceWindowsRepository,
    private readonly feed: ChangeFeed,
  ) {}

  async insert(tx: AuditedTransaction, teamId: string, settings: WindowSettings): Promise<LinkedWindow> {
    const { at } = tx;
    const window: LinkedWindow = { ...settings, id: newId('mnt'), teamId, createdAt: at, updatedAt: at };
    await this.windows.insert(tx, rowOf(window));
    await this.windows.writeMonitors(tx, window.id, [], window.monitorIds);
    tx.record('maintenance-window.created', target(window), { changes: createdFields(window, told) });
    await this.feed.publish(tx, 'maintenance-window', [window.id]);
    return window;
  }

  async update(
    tx: AuditedTransaction,
    before: LinkedWindow,
    edited: LinkedWindow,
    action: 'maintenance-window.updated' | 'maintenance-window.ended',
    by: ActorContext = tx.by,
  ): Promise<LinkedWindow> {
    const { at } = tx;
    const window = { ...edited, updatedAt: at };
    await this.windows.update(tx, { id: window.id }, rowOf(window));
    await this.windows.writeMonitors(tx, window.id, before.monitorIds, window.monitorIds);
    tx.record(action, target(window), { by, changes: fieldChanges(before, window, told) });
    await this.feed.publish(tx, 'maintenance-window', [window.id]);
    return window;
  }

  async remove(tx: AuditedTransaction, window: LinkedWindow): Promise<void> {
    await this.windows.delete(tx, { id: window.id });
    tx.record('maintenance-window.deleted', target(window));
    await this.feed.publish(tx, 'maintenance-window', [window.id]);
  }
}

function rowOf(window: LinkedWindow): MaintenanceWindow {
  const { monitorIds: _, ...row } = window;
  return row;
}
