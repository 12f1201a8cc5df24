import { problem } from '../problems/problem.js';

export const PlanLimitReached = problem(
  'plan-limit-reached',
  403,
  "The plan's limit is reached",
  'The team already has as many of these as its plan allows. Delete some, or ask the operator for a higher plan. `limit` and `used` tell the numbers.',
);
