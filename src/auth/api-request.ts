import type { FastifyRequest } from 'fastify';
import { withoutTokens } from '../crypto/token.js';
import { Preconditions } from './preconditions.js';
import type { Principal, RequestContext } from './principal.js';

/** A request on its way through the guards. */
export interface ApiRequest extends FastifyRequest {
  user?: Principal;
  context: RequestContext;
  /** Whether a limit of the caller, or of a public route, has counted it. */
  isCounted?: boolean;
  /** The controller's method that answers it. */
  handler: () => unknown;
}

const MAX_USER_AGENT = 255;

const routes = new Map<string, string>();

/** A route's pattern as the API document writes it: `{id}` instead of `:id`. */
function routeOf(url: string): string {
  let route = routes.get(url);
  if (route === undefined) routes.set(url, (route = url.replace(/:(\w+)/g, '{$1}')));
  return route;
}

/** Looked through as a whole, and cut afterwards: no part of a token is left that its end was cut off. Heads are bounded already. */
function userAgentOf({ headers }: FastifyRequest): string | null {
  const given = headers['user-agent'];
  return given === undefined ? null : withoutTokens(given).slice(0, MAX_USER_AGENT);
}

export function contextOf(request: FastifyRequest): RequestContext {
  const route = routeOf(request.routeOptions.url ?? '');
  return {
    requestId: request.id,
    ip: request.client!.ip,
    counted: request.client!.counted,
    userAgent: userAgentOf(request),
    method: request.method,
    route,
    parameters: (request.params ?? {}) as Record<string, string>,
    // What machines look at has no editions, and is told to whoever asks.
    preconditions: route.startsWith('/v1/') ? Preconditions.of(request.headers) : null,
    demands: [],
  };
}
