import { entityTag, matchesWritten } from '../common/etag.js';
import { PreconditionFailed } from '../problems/common.problems.js';

/** A DTO class may list the members the server itself writes, which no edit can lose. */
interface ResourceClass {
  readonly observed?: readonly string[];
}

export const tagOf = (resource: object): string =>
  entityTag(resource, (resource.constructor as ResourceClass).observed);

/** Throws `PreconditionFailed` when the caller's `If-Match` names another edition of `resource`. */
export function expectMatch(ifMatch: string | undefined, resource: object): void {
  if (ifMatch === undefined || matchesWritten(ifMatch, tagOf(resource))) return;
  throw new PreconditionFailed('The resource was changed since you read it.');
}
