import type { RuleInput } from '../checks/result/rule-input.js';
import type { Condition, Operator } from './condition.js';

const DAY = 86_400_000;

/** How many checks an uptime must be made of before a rule believes it. */
export const LEAST_CHECKS = 10;

const comparisons: Readonly<Record<Operator, (measured: number, value: number) => boolean>> = {
  equals: (measured, value) => measured === value,
  'not-equals': (measured, value) => measured !== value,
  above: (measured, value) => measured > value,
  'at-least': (measured, value) => measured >= value,
  below: (measured, value) => measured < value,
  'at-most': (measured, value) => measured <= value,
};

/**
 * Whether `reading` matches `condition`; null where that cannot be told: after an inconclusive check, before
 * an uptime is made of enough checks, without a certificate. No response has no status code and takes for ever.
 */
export function matches(condition: Condition, reading: RuleInput): boolean | null {
  if (reading.verdict === 'inconclusive') return null;
  if (condition.condition === 'check-failed') return reading.verdict === 'failed';
  const measured = measure(condition, reading);
  return measured === null ? null : comparisons[condition.operator!](measured, condition.value!);
}

/**
 * What `condition` looks at, in the unit of its value: a status code, milliseconds, percent or days. Null where
 * it is not known or is no number. Without a response NaN for the code and infinity for the time.
 */
export function measure({ condition, window }: Condition, reading: RuleInput): number | null {
  switch (condition) {
    case 'status-code':
      return reading.statusCode ?? Number.NaN;
    case 'response-time':
      return reading.statusCode === null ? Infinity : reading.total / 1000;
    case 'uptime': {
      const uptime = reading.uptime[window!];
      return uptime && uptime.checks >= LEAST_CHECKS ? uptime.percent : null;
    }
    case 'certificate-expiry':
      return reading.certificateExpiresAt === null ? null : (reading.certificateExpiresAt - reading.at) / DAY;
    case 'check-failed':
      return null;
  }
}
