/** What `IN (...)` needs: its marks, and a value for each. */
export interface InList<T> {
  readonly marks: string;
  readonly bound: readonly T[];
}

/**
 * `values`, filled up with the last one to a power of two, so that there are few statements: each text is
 * prepared on the server. There must be at least one.
 */
export function inList<T>(values: readonly T[]): InList<T> {
  if (values.length === 0) throw new Error('IN () is no SQL');
  const length = 2 ** Math.ceil(Math.log2(values.length));
  const bound = [...values, ...Array<T>(length - values.length).fill(values.at(-1)!)];
  return { marks: bound.map(() => '?').join(', '), bound };
}
