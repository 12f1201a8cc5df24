import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { patternCost } from './pattern-cost.js';

/** Instructions of a compiled regular expression. Matching takes time in proportion to them and to the body. */
const MAX_PROGRAM = 1_000;

/** What a regular expression is not even compiled beyond: see `patternCost`. Many become smaller than they look. */
export const MAX_PATTERN_COST = 2_000;

const TOO_LARGE =
  'is too large a regular expression: repeat less in it, and name fewer sets of characters (\\p{L}), above all where case does not count';

/**
 * What is wrong with `pattern` as a regular expression in RE2's syntax, which has neither look-around nor
 * back-references, and so no pattern that never ends. Null when nothing is.
 */
export function patternIssue(pattern: string): string | null {
  if (patternCost(pattern) > MAX_PATTERN_COST) return TOO_LARGE;
  try {
    return RE2JS.compile(pattern).programSize() <= MAX_PROGRAM ? null : TOO_LARGE;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error instanceof RE2JSSyntaxException ? error.getDescription() : error.message;
    return `is not a regular expression of RE2: ${reason}`;
  }
}
