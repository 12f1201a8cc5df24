import { createHash } from 'node:crypto';

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);

/**
 * The strong entity tag (RFC 9110, 8.8.3) of a resource's representation: `"<written>.<whole>"`.
 *
 * The first half covers what callers write, the second everything. `observed` names the members the
 * server itself writes (last use, status): they change the tag, so that a cache never serves a stale one,
 * but not its first half, so that `If-Match` fails only when somebody else's edit would be lost.
 */
export function entityTag(resource: object, observed: readonly string[] = []): string {
  const written = Object.fromEntries(
    Object.entries(resource).filter(([member]) => !observed.includes(member)),
  );
  return `"${digest(written)}.${digest(resource)}"`;
}

const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

interface Tags {
  readonly strong: readonly string[];
  readonly weak: readonly string[];
}

/** The tags that `If-Match` or `If-None-Match` lists, each in its quotes. */
function tagsOf(header: string): Tags {
  const tags = [...header.matchAll(TAG)];
  const valuesOf = (isWeak: boolean) =>
    tags.flatMap(([, weak, value]) => (Boolean(weak) === isWeak ? [value!] : []));
  return { strong: valuesOf(false), weak: valuesOf(true) };
}

const isAny = (header: string): boolean => header.trim() === '*';

/** Whether `If-None-Match` names `tag` (weak comparison, RFC 9110, 13.1.2). */
export function matchesRepresentation(header: string, tag: string): boolean {
  const { strong, weak } = tagsOf(header);
  return isAny(header) || strong.includes(tag) || weak.includes(tag);
}

/** Whether `If-Match` names `tag` itself (strong comparison, RFC 9110, 13.1.1). */
export const namesExactly = (header: string, tag: string): boolean =>
  isAny(header) || tagsOf(header).strong.includes(tag);

const writtenHalf = (tag: string): string => tag.split('.', 1)[0]!;

/**
 * How `If-Match` stands to a representation with the tag `tag`, or to one that has none (null): whether it names one
 * whose written members are the same. The comparison is strong (RFC 9110, 13.1.1): a weak tag that would
 * match otherwise is told apart, because it is a proxy that made it weak and not somebody who changed the resource.
 */
export function compareWritten(header: string, tag: string | null): 'same' | 'weak' | 'other' | 'no-tag' {
  if (isAny(header)) return 'same';
  const { strong, weak } = tagsOf(header);
  if (strong.length + weak.length === 0) return 'no-tag';
  const names = (tags: readonly string[]) =>
    tag !== null && tags.some((each) => each.includes('.') && writtenHalf(each) === writtenHalf(tag));
  return names(strong) ? 'same' : names(weak) ? 'weak' : 'other';
}
