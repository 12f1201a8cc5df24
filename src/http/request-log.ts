import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiRequest } from '../auth/api-request.js';

/** What a request's line holds: this list and nothing else. The path is the route's pattern, never what the caller wrote. */
const fieldsOf = (request: ApiRequest & FastifyRequest, status: number, durationMs: number) => ({
  requestId: request.id,
  method: request.method,
  route: request.routeOptions.url ?? null,
  status,
  durationMs: Math.round(durationMs * 10) / 10,
  ip: request.client?.ip ?? null,
  actor: request.user?.keyId ?? request.user?.userId ?? null,
  team: request.user?.teamId ?? null,
});

const POLLED = new Set(['/health/live', '/health/ready', '/metrics']);

/** Writes a line for each answered request: answers below 400 at debug level for what machines poll. */
export function logRequests(fastify: FastifyInstance, isOn: boolean): void {
  if (!isOn) return;
  const logger = new Logger('Request');
  fastify.addHook('onResponse', (request, reply, done) => {
    const isPolled = POLLED.has(request.routeOptions.url ?? '') && reply.statusCode < 400;
    if (!isPolled) logger.log(fieldsOf(request as ApiRequest, reply.statusCode, reply.elapsedTime));
    done();
  });
}
