/** How much a header of the Accept family wants something: 0 to 1, by its entry for the first of `ranges` that it has. */
function quality(accept: string, ranges: readonly string[]): number {
  const wanted = accept.split(',').map((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { range, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const matching = ranges.map((range) => wanted.find((entry) => entry.range === range));
  return matching.find((entry) => entry !== undefined)?.q ?? 0;
}

/** The entries of `Accept` that are for `type`, the most specific one first (RFC 9110, 12.5.1). */
const mediaRanges = (type: string): string[] => [type, type.replace(/\/.*/, '/*'), '*/*'];

/** Whether a caller would rather have JSON than a page. One that takes either gets the page. */
export const prefersJson = (accept: string | undefined): boolean =>
  accept !== undefined &&
  quality(accept, mediaRanges('application/json')) > quality(accept, mediaRanges('text/html'));

/** The one of `codings` that a caller wants most (RFC 9110, 12.5.3), the first of several; null where it wants none. */
export function preferredCoding(accept: string | undefined, codings: readonly string[]): string | null {
  if (accept === undefined) return null;
  const wanted = codings.map((coding) => ({ coding, q: quality(accept, [coding, '*']) }));
  const best = wanted.toSorted((a, b) => b.q - a.q)[0];
  return best && best.q > 0 ? best.coding : null;
}
