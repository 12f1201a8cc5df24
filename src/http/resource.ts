import { entityTag, matchesWritten } from '../common/etag.js';
import { PreconditionFailed } from '../problems/common.problems.js';

/** What a DTO class may say of its members. */
interface ResourceClass {
  /** Those the server itself writes, which no edit can lose. */
  readonly observed?: readonly string[];
  /** Those that are told once, and that are no part of the resource as it is read later. */
  readonly toldOnce?: readonly string[];
}

/** The entity tag of `resource`, the same whether it was just created or is read. */
export function tagOf(resource: object): string {
  const { observed, toldOnce = [] } = resource.constructor as ResourceClass;
  const lasting = Object.entries(resource).filter(([member]) => !toldOnce.includes(member));
  return entityTag(Object.fromEntries(lasting), observed);
}

/** Throws `PreconditionFailed` when the caller's `If-Match` names another edition of `resource`. */
export function expectMatch(ifMatch: string | undefined, resource: object): void {
  if (ifMatch === undefined || matchesWritten(ifMatch, tagOf(resource))) return;
  throw new PreconditionFailed('The resource was changed since you read it.');
}
