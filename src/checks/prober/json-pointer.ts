const INDEX = /^(?:0|[1-9]\d*)$/;

/** What `pointer` (RFC 6901) names in `document`; undefined where it names nothing, which no JSON value is. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    const member = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined;
    if (Array.isArray(value) && !INDEX.test(member)) return undefined;
    value = (value as Record<string, unknown>)[member];
  }
  return value;
}
