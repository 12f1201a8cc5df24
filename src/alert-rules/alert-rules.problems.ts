import { problem } from '../problems/problem.js';

export const AlertRuleNameTaken = problem(
  'alert-rule-name-taken',
  409,
  'The team has an alert rule of that name',
  'Names of alert rules are unique within a team, whatever their case and the blanks in them.',
);
export const AlertRuleLimitReached = problem(
  'alert-rule-limit-reached',
  409,
  'The team has as many alert rules as a team can have',
  'Delete alert rules that are not needed, or let one be over several monitors. `limit` and `used` tell the numbers.',
);
