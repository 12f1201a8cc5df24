import type { Assertion } from '../../monitors/assertions.js';
import { TimeoutReached, runWithTimeout } from './run-with-timeout.js';
import { type RegexCache, TooLarge } from './regex-cache.js';

/** For all judging of one check: the thread does nothing else meanwhile. */
export const EVALUATION_MS = 200;

/** A body that can be judged in some milliseconds, whatever is asserted of it but regular expressions. Bytes. */
const SMALL = 16_384;

const LOOKS_AT_BODY: ReadonlySet<Assertion['type']> = new Set(['body', 'json']);

/**
 * Steps (instructions of the programs of expressions times characters of the text) that are done in some 10 ms at
 * worst, so that nobody needs to watch the time.
 */
const FEW_STEPS = 2 ** 18;

/** Tells how large the program of an expression is; infinite where that is not known. */
export type SizeOf = (pattern: string) => number;

const expressionsOf = (assertions: readonly Assertion[]): string[] =>
  assertions.flatMap((each) => (each.operator === 'matches' ? [each.value] : []));

/** Whether judging a body of `size` bytes may take longer than some milliseconds. */
export function mayTakeLong(assertions: readonly Assertion[], size: number, sizeOf: SizeOf): boolean {
  if (size > SMALL && assertions.some(({ type }) => LOOKS_AT_BODY.has(type))) return true;
  const programs = expressionsOf(assertions).map(sizeOf);
  // Of an empty body as of one character: compiling takes time too.
  return programs.reduce((sum, each) => sum + each, 0) * Math.max(1, size) > FEW_STEPS;
}

/** The time in which a response is judged, whatever its assertions are. */
export class EvaluationBudget {
  /** Whether more than the assertions may have taken the time. */
  isDoubtful = false;
  private readonly isWatched: boolean;
  private readonly isFirst: boolean;

  constructor(
    assertions: readonly Assertion[],
    size: number,
    private readonly regexes: RegexCache,
  ) {
    this.isFirst = expressionsOf(assertions).some((each) => regexes.isNew(each));
    this.isWatched = mayTakeLong(assertions, size, regexes.sizeOf);
  }

  /** Does `work`, and ends it where it stands when the time is over. */
  spend<T>(work: () => T): T | 'too-slow' {
    if (!this.isWatched) return work();
    const before = process.cpuUsage();
    try {
      return runWithTimeout(work, EVALUATION_MS);
    } catch (error) {
      if (error instanceof TooLarge) return 'too-slow';
      if (!(error instanceof TimeoutReached)) throw error;
      this.regexes.interrupted();
      this.isDoubtful = this.isFirst || isStarved(process.cpuUsage(before));
      return 'too-slow';
    }
  }
}

/** Whether this process got less than half of a core meanwhile: then it is the machine that was slow. */
const isStarved = ({ user, system }: NodeJS.CpuUsage): boolean => user + system < (EVALUATION_MS * 1_000) / 2;
