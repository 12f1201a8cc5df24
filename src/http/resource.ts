import type { ActorContext } from '../auth/principal.js';
import { entityTag } from '../common/etag.js';

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

/** Has the change that `by` is making fail with `PreconditionFailed` where the request's conditions do not hold for `resource`. */
export const expectMatch = ({ context }: ActorContext, resource: object): void =>
  context?.preconditions?.judge(tagOf(resource));
