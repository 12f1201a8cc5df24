import { issue, type ValidationIssue } from '../http/validation-issue.js';
import { type LinkedWindow, lastEndsAtOf, scheduleOf } from './linked-window.js';
import type {
  CreateMaintenanceWindowDto,
  UpdateMaintenanceWindowDto,
} from './maintenance-window-input.dto.js';
import { lastEndOf, maxDuration } from './recurrence.js';

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
export function timeIssues(window: WindowSettings, now: Date): ValidationIssue[] {
  const { startsAt, endsAt, recurrence, until } = scheduleOf(window);
  if (endsAt <= startsAt) return [issue('/endsAt', 'before-start', 'endsAt must be after startsAt.')];
  if (until !== null && recurrence === 'none')
    return [issue('/until', 'not-taken', 'until is only for a window that recurs.')];
  if (until !== null && until < startsAt)
    return [issue('/until', 'before-start', 'until must not be before startsAt: the window never occurs.')];
  if (endsAt - startsAt > maxDuration[recurrence])
    return [
      issue(
        '/endsAt',
        'longer-than-recurrence',
        `A window that recurs ${recurrence} must last ${lengths[recurrence]} at most: it would overlap itself.`,
      ),
    ];
  if (lastEndOf(scheduleOf(window)) > now.getTime()) return [];
  const member = until === null ? 'endsAt' : 'until';
  return [issue(`/${member}`, 'past', `${member} must be later: the window is over already.`)];
}
