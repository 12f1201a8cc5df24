/** What `IN (...)` needs: its marks, and a value for each. */
export interface InList<T> {
  readonly marks: string;
  readonly bound: readonly T[];
}

/**
 * `values`, filled up to a power of two, so that lists of all lengths make few statements: MySQL and MariaDB
 * prepare each text, and hold a bounded number for all who use them.
 */
export function filledUp<T>(values: readonly T[], filler: T): T[] {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array<T>(length - values.length).fill(filler)];
}

/** For `IN`, which does not mind that the last one is named again. There must be at least one. */
export function inList<T>(values: readonly T[]): InList<T> {
  if (values.length === 0) throw new Error('IN () is no SQL');
  const bound = filledUp(values, values.at(-1)!);
  return { marks: bound.map(() => '?').join(', '), bound };
}
