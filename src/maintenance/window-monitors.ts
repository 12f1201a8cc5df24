import { inList } from '../database/in-list.js';
import type { LinkedWindow } from './linked-window.js';
import type { MaintenanceWindow } from './maintenance-window.entity.js';
import { MaintenanceWindowMonitor } from './maintenance-window-monitor.entity.js';
import type { Transaction } from '../database/transactions.js';

/** Asks the database: within a transaction through its manager, otherwise through `SqlReader`. */
export type Query = <Row>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

const BATCH = 500;

/** `windows` with the monitors they are for, in the same order. */
export async function withMonitors(
  query: Query,
  windows: readonly MaintenanceWindow[],
): Promise<LinkedWindow[]> {
  const monitors = new Map<string, string[]>(windows.map(({ id }) => [id, []]));
  const ids = [...monitors.keys()];
  for (let i = 0; i < ids.length; i += BATCH) {
    const { marks, bound } = inList(ids.slice(i, i + BATCH));
    const links = await query<MaintenanceWindowMonitor>(
      `SELECT windowId, monitorId FROM maintenance_window_monitors WHERE windowId IN (${marks}) ORDER BY windowId, monitorId`,
      bound,
    );
    for (const { windowId, monitorId } of links) monitors.get(windowId)!.push(monitorId);
  }
  return windows.map((window) => ({ ...window, monitorIds: monitors.get(window.id)! }));
}

/** Has a window be for the monitors `after`, where it was for those of `before`. */
export async function writeMonitors(
  { manager }: Transaction,
  windowId: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  for (const monitorId of before.filter((id) => !after.includes(id)))
    await manager.delete(MaintenanceWindowMonitor, { windowId, monitorId });
  const added = after.filter((id) => !before.includes(id));
  if (added.length === 0) return;
  await manager.insert(
    MaintenanceWindowMonitor,
    added.map((monitorId) => ({ windowId, monitorId })),
  );
}
