import type { Phases } from '../../egress/exchange.js';
import type { Assertion } from '../../monitors/assertions.js';
import { valueAt } from './json-pointer.js';
import { linearIndexOf } from './linear-search.js';
import type { RegexCache } from './regex-cache.js';
import type { Redaction } from './redaction.js';
import { NotJson, type ResponseView } from './response-view.js';
import { beginning, printable, shorten } from './text.js';

/** What assertions are held against, and what they need for it. */
export interface AssertionContext {
  readonly view: ResponseView;
  readonly phases: Phases;
  readonly regexes: RegexCache;
  readonly redaction: () => Redaction;
}

type Of<Type extends Assertion['type']> = Extract<Assertion, { type: Type }>;

/** How much of a value is shown. */
const SHOWN = 150;

/**
 * What `assertion` expected and what was there instead, without secrets; null where it holds. Text is
 * compared exactly, with its case.
 */
export function evaluateAssertions(assertion: Assertion, evidence: AssertionContext): string | null {
  switch (assertion.type) {
    case 'body':
      return brokenBody(assertion, evidence);
    case 'json':
      return brokenJson(assertion, evidence);
    case 'header':
      return brokenHeader(assertion, evidence);
    case 'response-time':
      return brokenTime(assertion, evidence);
  }
}

function brokenBody({ operator, value }: Of<'body'>, evidence: AssertionContext): string | null {
  const { view, regexes } = evidence;
  const { body, isCut } = view.response;
  const size = isCut
    ? `the first ${body.length} bytes, which is all that is read,`
    : `its ${body.length} bytes`;
  switch (operator) {
    case 'contains':
      return linearIndexOf(view.text, value) >= 0
        ? null
        : `expected the body to contain ${quote(value, evidence)}; ${size} do not.`;
    case 'not-contains': {
      const at = linearIndexOf(view.text, value);
      return at < 0
        ? null
        : `expected the body not to contain ${quote(value, evidence)}; it does, at character ${at + 1}.`;
    }
    case 'matches':
      return regexes.test(value, view.text)
        ? null
        : `expected the body to match /${show(value, evidence)}/; nothing in ${size} does.`;
  }
}

function brokenJson(assertion: Of<'json'>, evidence: AssertionContext): string | null {
  const place = assertion.path === '' ? 'the document' : show(assertion.path, evidence);
  const expected = `expected ${place} to ${expectation(assertion, evidence)}`;
  try {
    const value = valueAt(evidence.view.document, assertion.path);
    if (value === undefined) return `${expected}; there is nothing there.`;
    return holdsFor(assertion, value) ? null : `${expected}; it is ${describe(value, evidence)}.`;
  } catch (error) {
    if (error instanceof NotJson) return `${expected}; the body ${error.message}.`;
    throw error;
  }
}

function expectation(assertion: Of<'json'>, evidence: AssertionContext): string {
  switch (assertion.operator) {
    case 'equals':
      return `equal ${describe(assertion.value, evidence)}`;
    case 'greater':
      return `be greater than ${assertion.value}`;
    case 'less':
      return `be less than ${assertion.value}`;
    case 'exists':
      return 'exist';
  }
}

/** Values of different types are never equal, and only numbers are greater or less. */
function holdsFor(assertion: Of<'json'>, value: unknown): boolean {
  switch (assertion.operator) {
    case 'equals':
      return value === assertion.value;
    case 'greater':
      return typeof value === 'number' && value > assertion.value;
    case 'less':
      return typeof value === 'number' && value < assertion.value;
    case 'exists':
      return true;
  }
}

function brokenHeader({ name, operator, value }: Of<'header'>, evidence: AssertionContext): string | null {
  const found = evidence.view.header(name);
  const holds =
    operator === 'equals' ? found === value : found !== undefined && linearIndexOf(found, value) >= 0;
  if (holds) return null;
  const verb = operator === 'equals' ? 'equal' : 'contain';
  const expected = `expected header ${name} to ${verb} ${quote(value, evidence)}`;
  return found === undefined
    ? `${expected}; the response has none.`
    : `${expected}; it is ${quote(found, evidence)}.`;
}

function brokenTime({ value }: Of<'response-time'>, { phases }: AssertionContext): string | null {
  return phases.total < value * 1_000
    ? null
    : `expected the response in less than ${value} ms; it took ${phases.total / 1_000} ms.`;
}

/** A value of JSON in few words. Of an object only that it is one: it may be large. */
function describe(value: unknown, evidence: AssertionContext): string {
  if (typeof value === 'string') return quote(value, evidence);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const quote = (text: string, evidence: AssertionContext): string => `"${show(text, evidence)}"`;

/** How much of a value is looked at to show that. */
const WINDOW = 1_024;

/** It is cut before secrets are looked for, because they may be many, and once more behind them. */
function show(text: string, { redaction }: AssertionContext): string {
  const more = text.length > WINDOW ? '…' : '';
  const clean = redaction().apply(beginning(text, WINDOW)) + more;
  return shorten(printable(clean).replaceAll(/[\n\t]/g, ' '), SHOWN);
}
