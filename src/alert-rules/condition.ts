import type { UptimeWindow } from '../checks/result/uptime.js';

/** What a rule looks at. */
export const conditions = [
  'status-code',
  'response-time',
  'uptime',
  'certificate-expiry',
  'check-failed',
] as const;
export type ConditionKind = (typeof conditions)[number];

/** How what it looks at is compared with its value. */
export const operators = ['equals', 'not-equals', 'above', 'at-least', 'below', 'at-most'] as const;
export type Operator = (typeof operators)[number];

/** When a check matches a rule. What its kind does not take is null. */
export interface Condition {
  readonly condition: ConditionKind;
  readonly operator: Operator | null;
  readonly value: number | null;
  readonly window: UptimeWindow | null;
}

/** The values a condition is compared with. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
  /** What it counts, in words that follow the numbers. */
  readonly unit: string;
  /** Whether it must be a whole number. */
  readonly isWhole: boolean;
}

/** What a kind of condition takes. */
export interface ConditionShape {
  readonly operators: readonly Operator[];
  readonly value: ValueRange | null;
  readonly hasWindow: boolean;
}

export const conditionShapes: Readonly<Record<ConditionKind, ConditionShape>> = {
  'status-code': {
    operators: ['equals', 'not-equals'],
    value: { least: 100, most: 599, unit: '', isWhole: true },
    hasWindow: false,
  },
  'response-time': {
    operators: ['above', 'at-least', 'below', 'at-most'],
    value: { least: 1, most: 60_000, unit: ' milliseconds', isWhole: true },
    hasWindow: false,
  },
  uptime: {
    operators: ['below', 'at-most'],
    value: { least: 0, most: 100, unit: ' percent', isWhole: false },
    hasWindow: true,
  },
  'certificate-expiry': {
    operators: ['below'],
    value: { least: 1, most: 365, unit: ' days', isWhole: true },
    hasWindow: false,
  },
  'check-failed': { operators: [], value: null, hasWindow: false },
};
