import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiRequest } from '../auth/api-request.js';
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
 * `prefix` is the path of `PUBLIC_URL`, under which callers see all of them.
 *
 * A hook and not an interceptor of Nest: it costs a look-up where an interceptor costs an observable.
 */
export function describeAnswers(fastify: FastifyInstance, prefix: string): void {
  fastify.addHook<Body | null>('preSerialization', (request, reply, body, done) => {
    const { handler } = request as ApiRequest;
    if (!handler || !body || reply.statusCode >= 300) return done(null, body);
    if (body.nextCursor) link(body.nextCursor, prefix, request, reply);
    const { location, isTagged } = descriptionOf(handler);
    if (location !== undefined) reply.header('location', prefix + location.replace('{id}', String(body.id)));
    try {
      done(null, hold(body, isTagged, request as ApiRequest, reply));
    } catch (error) {
      reply.removeHeader('etag').removeHeader('link');
      done(error as Error);
    }
  });
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

/**
 * Tags the resource `body`, and holds the conditions of a reader against it: 304 to one that has it already. Those
 * of a change were held against what was there before it.
 */
function hold(body: object, isTagged: boolean, request: ApiRequest, reply: FastifyReply): object | null {
  const entityTag = isTagged ? tagOf(body) : null;
  if (entityTag !== null) reply.header('etag', entityTag);
  if (!isRead(request) || !request.context?.preconditions?.isKnown(entityTag)) return body;
  reply.status(304);
  return null;
}

/**
 * Leaves of an answer 304 no body, and nothing that would describe one (RFC 9110, 15.4.5). Fastify measures what
 * it answers to `HEAD`, but for a stream.
 */
export function sendUnchangedBare(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 304) return done(null, payload);
    reply.removeHeader('content-type').removeHeader('content-length');
    return done(null, request.method === 'HEAD' ? Readable.from([]) : null);
  });
}

/** Says in a `Link` header (RFC 8288) what `nextCursor` says in the body. */
function link(cursor: string, prefix: string, request: FastifyRequest, reply: FastifyReply): void {
  const { url } = request;
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  const parameters = new URLSearchParams(queryAt === -1 ? '' : url.slice(queryAt + 1));
  parameters.set('cursor', cursor);
  reply.header('link', `<${prefix}${path}?${parameters}>; rel="next"`);
}
