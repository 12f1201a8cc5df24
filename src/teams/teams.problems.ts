import { problem } from '../problems/problem.js';

export const TeamLimitReached = problem(
  'team-limit-reached',
  409,
  'The person owns as many teams as they can',
  'A person can own 20 teams, whatever the plans of these, and belong to any number of others. Transfer the ownership of one that is no longer yours to lead. `limit` and `used` tell the numbers.',
);
export const OwnerCannotLeave = problem(
  'owner-cannot-leave',
  409,
  'The owner cannot leave the team',
  'Every team has exactly one owner. Transfer the ownership first.',
);
export const OwnerProtected = problem(
  'owner-protected',
  409,
  'The owner cannot be changed or removed',
  'Nobody may change the role of the owner or remove them. Ownership is given only by its holder, by transfer.',
);
