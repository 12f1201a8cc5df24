import { RE2JS } from 're2js';
import { Interrupted, interruptible } from './interrupt.js';

/** How long all regular expressions of one check may work: the thread does nothing else meanwhile. */
export const MATCH_BUDGET_MS = 500;

const MAX_COMPILED = 256;

/**
 * Steps (instructions of the program times characters of the text) that are done in some 10 ms at worst, so
 * that nobody needs to watch the time.
 */
const FEW_STEPS = 2 ** 18;

/**
 * An expression that has worked so long is compiled anew: the states of its automaton, which it keeps, take
 * up to 8 MiB, and building them is what takes time.
 */
const WORN_AFTER_MS = 10;

interface Compiled {
  readonly expression: RE2JS;
  readonly size: number;
  workedMs: number;
}

/** What is left of the time that the regular expressions of one check may take. */
export interface MatchBudget {
  leftMs: number;
}

/** The regular expressions of a check took longer than they may. */
export class MatchTooSlow extends Error {}

/** Regular expressions of RE2, those used last kept compiled. */
export class Patterns {
  private readonly kept = new Map<string, Compiled>();

  get size(): number {
    return this.kept.size;
  }

  /** Whether `pattern` matches anywhere in `text`. Takes from `budget` what time it takes. Throws `MatchTooSlow`. */
  test(pattern: string, text: string, budget: MatchBudget): boolean {
    const compiled = this.take(pattern);
    const began = performance.now();
    const isMatch = run(compiled, text, budget);
    const spentMs = performance.now() - began;
    budget.leftMs -= spentMs;
    compiled.workedMs += spentMs;
    if (compiled.workedMs < WORN_AFTER_MS) this.keep(pattern, compiled);
    return isMatch;
  }

  private take(pattern: string): Compiled {
    const kept = this.kept.get(pattern);
    this.kept.delete(pattern);
    if (kept) return kept;
    const expression = RE2JS.compile(pattern);
    return { expression, size: expression.programSize(), workedMs: 0 };
  }

  /** As the one that was used last. */
  private keep(pattern: string, compiled: Compiled): void {
    this.kept.set(pattern, compiled);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_COMPILED) this.kept.delete(oldest!);
  }
}

function run({ expression, size }: Compiled, text: string, { leftMs }: MatchBudget): boolean {
  if (leftMs <= 0) throw new MatchTooSlow();
  if (size * text.length <= FEW_STEPS) return expression.test(text);
  try {
    return interruptible(() => expression.test(text), leftMs);
  } catch (error) {
    throw error instanceof Interrupted ? new MatchTooSlow() : error;
  }
}
