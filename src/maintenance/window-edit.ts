import { fault, type InputFault } from '../http/input-fault.js';
import { type LinkedWindow, lastEndsAtOf, timetableOf } from './linked-window.js';
import type {
  CreateMaintenanceWindowDto,
  UpdateMaintenanceWindowDto,
} from './maintenance-window-input.dto.js';
import { lastEndOf, longest } from './recurrence.js';

/** What callers decide of a window, and what follows from it. */
export type WindowSettings = Omit<LinkedWindow, 'id' | 'teamId' | 'createdAt' | 'updatedAt'>;

const date = (text: string): Date => new Date(text);

/** The members of an input as they are stored. What was left out stays out. */
const stored = ({ startsAt, endsAt, until, monitorIds, ...rest }: UpdateMaintenanceWindowDto) => ({
  ...rest,
  ...(startsAt !== undefined && { startsAt: date(startsAt) }),
  ...(endsAt !== undefined && { endsAt: date(endsAt) }),
  ...(until !== undefined && { until: until === null ? null : date(until) }),
  ...(monitorIds !== undefined && { monitorIds: monitorIds.toSorted() }),
});

const withLastEnd = <T extends Omit<WindowSettings, 'lastEndsAt'>>(window: T) => ({
  ...window,
  lastEndsAt: lastEndsAtOf(window),
});

/** The settings of a new window. */
export const newSettings = (input: CreateMaintenanceWindowDto): WindowSettings =>
  withLastEnd({
    description: null,
    recurrence: 'none',
    timeZone: 'UTC',
    until: null,
    endedAt: null,
    ...stored(input),
  } as Omit<WindowSettings, 'lastEndsAt'>);

/** A window with an edit of it. */
export const editWindow = (window: LinkedWindow, input: UpdateMaintenanceWindowDto): LinkedWindow =>
  withLastEnd({ ...window, ...stored(input) });

const lengths = { none: '', daily: 'a day', weekly: 'a week', monthly: '28 days' } as const;

/** What of the times of a window does not fit together. */
export function timeFaults(window: WindowSettings, now: Date): InputFault[] {
  const { startsAt, endsAt, recurrence, until } = timetableOf(window);
  if (endsAt <= startsAt) return [fault('/endsAt', 'before-start', 'endsAt must be after startsAt.')];
  if (until !== null && recurrence === 'none')
    return [fault('/until', 'not-taken', 'until is only for a window that recurs.')];
  if (until !== null && until < startsAt)
    return [fault('/until', 'before-start', 'until must not be before startsAt: the window never occurs.')];
  if (endsAt - startsAt > longest[recurrence])
    return [
      fault(
        '/endsAt',
        'longer-than-recurrence',
        `A window that recurs ${recurrence} must last ${lengths[recurrence]} at most: it would overlap itself.`,
      ),
    ];
  if (lastEndOf(timetableOf(window)) > now.getTime()) return [];
  const member = until === null ? 'endsAt' : 'until';
  return [fault(`/${member}`, 'past', `${member} must be later: the window is over already.`)];
}
