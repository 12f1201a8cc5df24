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

const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));

/** Whether `If-None-Match` names `tag` (weak comparison, RFC 9110, 13.1.2). */
export const matchesRepresentation = (header: string, tag: string): boolean =>
  tagsOf(header).some((candidate) => candidate === '*' || candidate === tag);

const writtenHalf = (tag: string): string => tag.slice(0, tag.indexOf('.'));

/** Whether `If-Match` names a representation whose written members are those of `tag`. Weak tags never match (RFC 9110, 13.1.1). */
export const matchesWritten = (header: string, tag: string): boolean =>
  header
    .split(',')
    .map((candidate) => candidate.trim())
    .some(
      (candidate) =>
        candidate === '*' ||
        (candidate.startsWith('"') && candidate.includes('.') && writtenHalf(candidate) === writtenHalf(tag)),
    );
