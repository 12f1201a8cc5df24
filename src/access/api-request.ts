import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { Principal, RequestContext } from './principal.js';

/** A request on its way through the guards. */
export interface ApiRequest extends FastifyRequest {
  user?: Principal;
  context: RequestContext;
  /** The controller's method that answers it. */
  handler: () => unknown;
}

/**
 * The caller's address in its plain form: an IPv4 address that arrives on an IPv6 socket is written as IPv4.
 * Where a trusted proxy passes on something that is no address, the proxy's own counts.
 */
export function clientIp({ ip, socket }: FastifyRequest): string {
  return plainAddress(isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip);
}

/** The one form of `address` that is stored and compared: without a zone, IPv4 written as IPv4. */
export const plainAddress = (address: string): string =>
  address.includes(':') ? ipaddr.process(address.split('%', 1)[0]!).toString() : address;

const MAX_USER_AGENT = 255;

const routes = new Map<string, string>();

/** A route's pattern as the API document writes it: `{id}` instead of `:id`. */
function routeOf(url: string): string {
  let route = routes.get(url);
  if (route === undefined) routes.set(url, (route = url.replace(/:(\w+)/g, '{$1}')));
  return route;
}

export function contextOf(request: FastifyRequest): RequestContext {
  return {
    requestId: request.id,
    ip: clientIp(request),
    userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
    method: request.method,
    route: routeOf(request.routeOptions.url ?? ''),
    demands: [],
  };
}
