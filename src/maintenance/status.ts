import { isActiveAt, nextOccurrence, type MaintenanceSchedule } from './recurrence.js';

/** `upcoming` is also a window that recurs, between two of its occurrences. */
export const statuses = ['upcoming', 'active', 'past'] as const;
export type Status = (typeof statuses)[number];

export function statusAt(timetable: MaintenanceSchedule, time: number): Status {
  if (isActiveAt(timetable, time)) return 'active';
  return nextOccurrence(timetable, time) ? 'upcoming' : 'past';
}
