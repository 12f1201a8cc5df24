import type { Condition, Operator } from '../../alert-rules/condition.js';

const words: Readonly<Record<Operator, string>> = {
  equals: 'is',
  'not-equals': 'is not',
  above: 'is above',
  'at-least': 'is at least',
  below: 'is below',
  'at-most': 'is at most',
};

/** What is wrong where `condition` matches, as half a sentence. */
export function describe({ condition, operator, value, window }: Condition): string {
  const comparison = `${operator && words[operator]} ${value}`;
  switch (condition) {
    case 'check-failed':
      return 'check failed';
    case 'status-code':
      return `status code ${comparison}`;
    case 'response-time':
      return `response time ${comparison} ms`;
    case 'uptime':
      return `uptime over ${window} ${comparison} %`;
    case 'certificate-expiry':
      return `certificate ends in less than ${value} days`;
  }
}

/** What an incident is called. */
export const titleOf = (condition: Condition, monitorName: string): string =>
  `${monitorName}: ${describe(condition)}`;

/** Why an incident was opened, in a sentence for its timeline. */
export const causeOf = (condition: Condition, checks: number): string =>
  checks > 1
    ? `${checks} checks in a row matched: ${describe(condition)}.`
    : `It matched: ${describe(condition)}.`;
