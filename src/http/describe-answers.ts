import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiRequest } from '../access/api-request.js';
import { matchesRepresentation } from '../common/etag.js';
import type { Page } from './pages.js';
import { Location, Tagged } from './representation.js';
import { tagOf } from './resource.js';

type Body = Partial<Page<unknown>> & { readonly id?: string };

/** What the answers of a handler say of themselves in headers. */
interface Description {
  readonly location: string | undefined;
  readonly isTagged: boolean;
}

const descriptions = new WeakMap<object, Description>();

function descriptionOf(handler: () => unknown): Description {
  let description = descriptions.get(handler);
  if (!description) {
    description = {
      location: Reflect.getMetadata(Location.KEY, handler) as string | undefined,
      isTagged: Reflect.hasMetadata(Tagged.KEY, handler),
    };
    descriptions.set(handler, description);
  }
  return description;
}

/**
 * Adds what an answer's headers say of its body: `ETag`, `Location` and the `Link` to the next page.
 *
 * A hook and not an interceptor of Nest: it costs a look-up where an interceptor costs an observable.
 */
export function describeAnswers(fastify: FastifyInstance): void {
  fastify.addHook<Body | null>('preSerialization', (request, reply, body, done) => {
    const { handler } = request as ApiRequest;
    if (!handler || !body || reply.statusCode >= 300) return done(null, body);
    if (body.nextCursor) link(body.nextCursor, request, reply);
    const { location, isTagged } = descriptionOf(handler);
    if (location !== undefined) reply.header('location', location.replace('{id}', String(body.id)));
    return done(null, isTagged ? tag(body, request, reply) : body);
  });
}

/** Answers 304 to a caller that has the resource already (RFC 9110, 13.1.2). */
function tag(resource: object, request: FastifyRequest, reply: FastifyReply): object | null {
  const entityTag = tagOf(resource);
  reply.header('etag', entityTag);
  const known = request.headers['if-none-match'];
  if (request.method !== 'GET' || known === undefined || !matchesRepresentation(known, entityTag))
    return resource;
  reply.status(304);
  return null;
}

/** Says in a `Link` header (RFC 8288) what `nextCursor` says in the body. */
function link(cursor: string, request: FastifyRequest, reply: FastifyReply): void {
  const [path, query] = request.url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  reply.header('link', `<${path}?${parameters}>; rel="next"`);
}
