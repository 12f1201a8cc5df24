import { problem } from '../problems/problem.js';

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
