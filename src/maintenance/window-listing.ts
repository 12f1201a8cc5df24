import type { Condition } from '../database/condition.js';
import { type InList, inList } from '../database/in-list.js';
import type { Listing } from '../http/listing.js';
import { scheduleOf } from './linked-window.js';
import type { ListMaintenanceWindowsDto } from './maintenance-window.dto.js';
import { MaintenanceWindow } from './maintenance-window.entity.js';
import { statusAt } from './status.js';

const FOR_MONITOR = 't.id IN (SELECT m.windowId FROM maintenance_window_monitors m WHERE m.monitorId = ?)';

/**
 * The windows of a team that `query` asks for, newest first. Which of those that are not past, `ahead`, are
 * active no database can tell: they are picked by their identifiers.
 */
export function windowListing(
  teamId: string,
  { status, monitorId }: ListMaintenanceWindowsDto,
  ahead: readonly MaintenanceWindow[],
  now: Date,
): Listing<MaintenanceWindow> {
  const conditions: Condition[] = [['t.teamId = ?', teamId]];
  if (status === 'past') conditions.push(['t.lastEndsAt <= ?', now]);
  else if (status !== undefined)
    conditions.push(amongst(ahead.filter((each) => statusAt(scheduleOf(each), now.getTime()) === status)));
  if (monitorId !== undefined) conditions.push([FOR_MONITOR, monitorId]);
  return { entity: MaintenanceWindow, conditions, orderBy: ['id'], descending: true };
}

const amongst = (windows: readonly MaintenanceWindow[]): Condition =>
  windows.length === 0 ? ['1 = 0'] : idIn(inList(windows.map(({ id }) => id)));

const idIn = ({ marks, bound }: InList<string>): Condition => [`t.id IN (${marks})`, ...bound];
