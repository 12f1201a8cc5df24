/** How much an `Accept` header wants `type` (RFC 9110, 12.5.1): 0 to 1, by its most specific entry for it. */
function quality(accept: string, type: string): number {
  const ranges = [type, type.replace(/\/.*/, '/*'), '*/*'];
  const wanted = accept.split(',').map((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { range, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const matching = ranges.map((range) => wanted.find((entry) => entry.range === range));
  return matching.find((entry) => entry !== undefined)?.q ?? 0;
}

/** Whether a caller would rather have JSON than a page. One that takes either gets the page. */
export const prefersJson = (accept: string | undefined): boolean =>
  accept !== undefined && quality(accept, 'application/json') > quality(accept, 'text/html');
