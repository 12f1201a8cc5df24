import type { MaintenanceWindow } from './maintenance-window.entity.js';
import { lastEndOf, type MaintenanceSchedule } from './recurrence.js';

/** A window with the monitors it is for. */
export interface LinkedWindow extends MaintenanceWindow {
  /** Sorted. None is left of a window whose monitors were all deleted. */
  readonly monitorIds: readonly string[];
}

type Times = Pick<MaintenanceWindow, 'startsAt' | 'endsAt' | 'recurrence' | 'timeZone' | 'until' | 'endedAt'>;

export const scheduleOf = ({
  startsAt,
  endsAt,
  recurrence,
  timeZone,
  until,
  endedAt,
}: Times): MaintenanceSchedule => ({
  startsAt: startsAt.getTime(),
  endsAt: endsAt.getTime(),
  recurrence,
  timeZone,
  until: until?.getTime() ?? null,
  endedAt: endedAt?.getTime() ?? null,
});

/** The last moment that both databases hold. */
export const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** When a window is over for good: what `lastEndsAt` holds. One that was ended before it began was over then. */
export function lastEndsAtOf(times: Times): Date {
  const timetable = scheduleOf(times);
  const last = lastEndOf(timetable);
  return new Date(Math.min(last === -Infinity ? timetable.endedAt! : last, NEVER));
}
