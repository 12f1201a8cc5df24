import { issue, type ValidationIssue, isObject, unknownMembers } from '../http/validation-issue.js';
import { isFieldName } from './field.js';
import { toPointer } from './json-path.js';
import { MAX_PATTERN_COST, patternIssue } from './pattern.js';
import { patternCost } from './pattern-cost.js';

/** What must hold of a response, beside its status. */
export type Assertion =
  | { type: 'body'; operator: 'contains' | 'not-contains' | 'matches'; value: string }
  | { type: 'json'; path: string; operator: 'equals'; value: string | number | boolean | null }
  | { type: 'json'; path: string; operator: 'greater' | 'less'; value: number }
  | { type: 'json'; path: string; operator: 'exists' }
  | { type: 'header'; name: string; operator: 'equals' | 'contains'; value: string }
  | { type: 'response-time'; operator: 'below'; value: number };

export const MAX_ASSERTIONS = 20;
export const MAX_TEXT = 1_000;
export const MAX_PATH = 500;
export const MAX_MILLISECONDS = 60_000;

/** Of all regular expressions of a monitor together: see `patternCost`. Compiling so much takes some 20 ms. */
export const MAX_PATTERNS_COST = 4_000;

/** What is wrong with a value, in words that follow the member's name; null when nothing is. */
type Check = (value: unknown) => string | null;

const isText = (value: unknown, least: number): value is string =>
  typeof value === 'string' && value.length >= least && value.length <= MAX_TEXT && !/\p{Cs}/u.test(value);

const text =
  (least: number): Check =>
  (value) =>
    isText(value, least) ? null : `must be text of ${least} to ${MAX_TEXT} characters`;

const number: Check = (value) => (typeof value === 'number' ? null : 'must be a number');

const scalar: Check = (value) =>
  value === null || typeof value === 'number' || typeof value === 'boolean' || isText(value, 0)
    ? null
    : `must be text of at most ${MAX_TEXT} characters, a number, true, false or null`;

const milliseconds: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_MILLISECONDS
    ? null
    : `must be a whole number of milliseconds from 1 to ${MAX_MILLISECONDS}`;

const path: Check = (value) =>
  typeof value === 'string' && value.length <= MAX_PATH && !/\p{Cs}/u.test(value) && toPointer(value) !== null
    ? null
    : 'must be a JSON pointer such as /data/0/id, or a path such as data[0].id';

const fieldName: Check = (value) => (isFieldName(value) ? null : 'must be the name of a header field');

const pattern: Check = (value) => (isText(value, 1) ? patternIssue(value) : text(1)(value));

/** One type of assertion: the member that says what it looks at, and what each operator compares it with. */
interface Shape {
  readonly subject?: readonly [member: string, check: Check];
  readonly operators: Readonly<Record<string, Check | null>>;
}

const shapes: Readonly<Record<string, Shape>> = {
  body: { operators: { contains: text(1), 'not-contains': text(1), matches: pattern } },
  json: {
    subject: ['path', path],
    operators: { equals: scalar, greater: number, less: number, exists: null },
  },
  header: { subject: ['name', fieldName], operators: { equals: text(0), contains: text(1) } },
  'response-time': { operators: { below: milliseconds } },
};

const own = <T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined =>
  typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;

const oneOf = (table: object): string => `must be one of ${Object.keys(table).join(', ')}`;

/** What is wrong with the assertions of an input, each fault with its own pointer. */
export function assertionIssues(value: unknown): ValidationIssue[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [issue('/assertions', 'is-array', 'assertions must be a list.')];
  if (value.length > MAX_ASSERTIONS)
    return [issue('/assertions', 'array-max-size', `There can be at most ${MAX_ASSERTIONS} assertions.`)];
  const cost = value.reduce<number>((sum, each) => sum + costOf(each), 0);
  if (cost > MAX_PATTERNS_COST)
    return [issue('/assertions', 'patterns-too-large', 'The regular expressions are too large together.')];
  return value.flatMap((each, index) => issuesOf(each, `/assertions/${index}`));
}

/** What there is to compile, where it is compiled at all. */
function costOf(assertion: unknown): number {
  if (!isObject(assertion) || assertion['operator'] !== 'matches') return 0;
  const { value } = assertion;
  const cost = isText(value, 1) ? patternCost(value) : 0;
  return cost > MAX_PATTERN_COST ? 0 : cost;
}

function issuesOf(assertion: unknown, at: string): ValidationIssue[] {
  if (!isObject(assertion)) return [issue(at, 'is-object', 'An assertion must be an object.')];
  const shape = own(shapes, assertion['type']);
  if (!shape) return [issue(`${at}/type`, 'is-in', `type ${oneOf(shapes)}.`)];
  const { subject, operators } = shape;
  const compare = own(operators, assertion['operator']);
  const checks: Array<readonly [string, Check]> = subject ? [subject] : [];
  if (compare) checks.push(['value', compare]);
  const known = ['type', 'operator', ...checks.map(([member]) => member)];
  if (compare === undefined) known.push('value');
  return [
    ...unknownMembers(assertion, known, at),
    ...(compare === undefined ? [issue(`${at}/operator`, 'is-in', `operator ${oneOf(operators)}.`)] : []),
    ...checks.flatMap(([member, check]) => {
      const wrong = check(assertion[member]);
      return wrong === null ? [] : [issue(`${at}/${member}`, member, `${member} ${wrong}.`)];
    }),
  ];
}

/** Assertions without a fault as they are stored: their paths are pointers. */
export const storedAssertions = (assertions: readonly Assertion[]): Assertion[] =>
  assertions.map((assertion) =>
    assertion.type === 'json' ? { ...assertion, path: toPointer(assertion.path)! } : assertion,
  );
