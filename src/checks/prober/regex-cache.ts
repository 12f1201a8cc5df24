import { RE2JS } from 're2js';

const MAX_COMPILED = 256;
export const MAX_KNOWN = 4_096;

/**
 * An expression that has worked so long is compiled anew: the states of its automaton, which it keeps, take
 * up to 8 MiB, and building them is what takes time.
 */
const WORN_AFTER_MS = 10;

/** How long one that could not be compiled in time is not tried again. */
const HOPELESS_MS = 600_000;

/** One that is compiled in less than this may be compiled wherever it is needed. */
const LIGHT_MS = 2;

interface Compiled {
  readonly expression: RE2JS;
  readonly size: number;
  workedMs: number;
}

/** A regular expression cannot be compiled in the time there is. */
export class TooLarge extends Error {}

/** Of a map that keeps `most` keys, those set last. No cache of a library: work with it may be interrupted anywhere, and a map is whole at any time. */
export function keep<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most) map.delete(oldest!);
}

/** Regular expressions of RE2, those used last kept compiled. Work with them may be interrupted anywhere. */
export class RegexCache {
  private readonly kept = new Map<string, Compiled>();
  /** Those that were worked with before. */
  private readonly known = new Map<string, true>();
  /** Until when those are not tried that took too long to compile. Monotonic milliseconds. */
  private readonly hopeless = new Map<string, number>();
  private compiling: string | null = null;

  /** `onLight` is told of each expression that was compiled in no time, and of the size of its program. */
  constructor(private readonly onLight: (pattern: string, size: number) => void = () => {}) {}

  get count(): number {
    return this.kept.size;
  }

  /** Whether `pattern` matches anywhere in `text`. Throws `TooLarge`. */
  test(pattern: string, text: string): boolean {
    const compiled = this.take(pattern);
    const began = performance.now();
    const isMatch = compiled.expression.test(text);
    compiled.workedMs += performance.now() - began;
    if (compiled.workedMs < WORN_AFTER_MS) keep(this.kept, pattern, compiled, MAX_COMPILED);
    return isMatch;
  }

  /** The instructions of its program; infinite where it is not compiled. */
  sizeOf = (pattern: string): number => this.kept.get(pattern)?.size ?? Infinity;

  /** Whether `pattern` was not worked with before: then compiling it is part of what takes time. */
  isNew(pattern: string): boolean {
    return !this.known.has(pattern);
  }

  /** Takes note that the work with them was interrupted. */
  interrupted(): void {
    if (this.compiling !== null)
      keep(this.hopeless, this.compiling, performance.now() + HOPELESS_MS, MAX_KNOWN);
    this.compiling = null;
  }

  private take(pattern: string): Compiled {
    keep(this.known, pattern, true, MAX_KNOWN);
    const kept = this.kept.get(pattern);
    this.kept.delete(pattern);
    if (kept) return kept;
    if (performance.now() < (this.hopeless.get(pattern) ?? 0)) throw new TooLarge();
    this.compiling = pattern;
    const began = performance.now();
    const expression = RE2JS.compile(pattern);
    this.compiling = null;
    const size = expression.programSize();
    if (performance.now() - began < LIGHT_MS) this.onLight(pattern, size);
    return { expression, size, workedMs: 0 };
  }
}
