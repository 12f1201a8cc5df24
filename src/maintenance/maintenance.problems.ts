import { problem } from '../problems/problem.js';

export const MaintenanceWindowNotUpcoming = problem(
  'maintenance-window-not-upcoming',
  409,
  'The maintenance window is not upcoming',
  'A window can be changed before it begins, and one that recurs between its occurrences. End one that is active; `status` tells how it stands.',
);
export const MaintenanceWindowNotActive = problem(
  'maintenance-window-not-active',
  409,
  'The maintenance window is not active',
  'Only a window that is active can be ended. Delete one that is upcoming; `status` tells how it stands.',
);
export const MaintenanceWindowLimitReached = problem(
  'maintenance-window-limit-reached',
  409,
  'The team has as many maintenance windows ahead as a team can have',
  'Windows that are past do not count. Delete some that are not needed, or let one be for several monitors. `limit` and `used` tell the numbers.',
);
