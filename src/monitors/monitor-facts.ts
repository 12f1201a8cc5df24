import { Monitor } from './monitor.entity.js';
import { MonitorState } from './monitor-state.entity.js';
import { findLocked } from '../database/locks.js';
import type { Transaction } from '../database/transactions.js';

/** What others tell people of a monitor. */
export type MonitorFacts = Pick<Monitor, 'name' | 'url'>;

/** Of the monitor as it is now; null where it is gone. */
export const nameAndUrlOf = ({ manager }: Transaction, id: string): Promise<MonitorFacts | null> =>
  manager.findOne(Monitor, { select: { name: true, url: true }, where: { id } });

/**
 * Whether there is a monitor of this id. Until the transaction ends nothing is stored of its checks by others,
 * and nobody deletes it.
 */
export const lockMonitorState = async ({ manager }: Transaction, monitorId: string): Promise<boolean> =>
  (await findLocked(manager, MonitorState, { monitorId })) !== null;

/** How many monitors of a team are active, and of how many the status is not known. */
export async function sightOf(
  { manager }: Transaction,
  teamId: string,
): Promise<{ readonly active: number; readonly unknown: number }> {
  const active = await manager.countBy(Monitor, { teamId, active: true });
  return { active, unknown: await manager.countBy(Monitor, { teamId, status: 'unknown' }) };
}
