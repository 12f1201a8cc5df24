import { uptimeWindows } from '../checks/result/uptime.js';
import { issue, type ValidationIssue } from '../http/validation-issue.js';
import { type ConditionKind, conditionShapes, operators, type ValueRange } from './condition.js';

/** A condition as it was sent. It may hold anything: where a member is not even of its type, other checks say so. */
export interface ConditionInput {
  readonly condition?: unknown;
  readonly operator?: unknown;
  readonly value?: unknown;
  readonly window?: unknown;
}

const isKind = (value: unknown): value is ConditionKind =>
  typeof value === 'string' && Object.hasOwn(conditionShapes, value);

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** What of a condition is missing, does not go with its kind, or is out of its range. */
export function conditionIssues({ condition, operator, value, window }: ConditionInput): ValidationIssue[] {
  if (!isKind(condition)) return [];
  const shape = conditionShapes[condition];
  return [
    ...choiceFaults('operator', operator, condition, shape.operators, operators),
    ...valueFaults(value, condition, shape.value),
    ...choiceFaults('window', window, condition, shape.hasWindow ? uptimeWindows : [], uptimeWindows),
  ];
}

/** Faults of a member that takes one of `fitting`, and nothing where there are none. */
function choiceFaults(
  member: string,
  value: unknown,
  kind: ConditionKind,
  fitting: readonly unknown[],
  known: readonly unknown[],
): ValidationIssue[] {
  if (fitting.length === 0) return strayFaults(member, value, kind);
  if (fitting.includes(value) || (!isAbsent(value) && !known.includes(value))) return [];
  const code = isAbsent(value) ? 'required' : 'is-in';
  return [issue(`/${member}`, code, `${member} of ${kind} must be one of ${fitting.join(', ')}.`)];
}

function valueFaults(value: unknown, kind: ConditionKind, range: ValueRange | null): ValidationIssue[] {
  if (!range) return strayFaults('value', value, kind);
  if (!isAbsent(value) && typeof value !== 'number') return [];
  const { least, most, unit, isWhole } = range;
  const number = Number(value);
  if (!isAbsent(value) && number >= least && number <= most && (!isWhole || Number.isInteger(number)))
    return [];
  const noun = isWhole ? 'a whole number' : 'a number';
  return [
    issue(
      '/value',
      isAbsent(value) ? 'required' : 'range',
      `value of ${kind} must be ${noun} from ${least} to ${most}${unit}.`,
    ),
  ];
}

const strayFaults = (member: string, value: unknown, kind: ConditionKind): ValidationIssue[] =>
  isAbsent(value) ? [] : [issue(`/${member}`, 'not-taken', `${kind} takes no ${member}.`)];
