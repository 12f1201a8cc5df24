import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import type { ProblemFilter } from '../problems/problem.filter.js';

/** What pages of another origin may read of an answer: every header that the API document tells of. */
const EXPOSED = [
  'Request-Id',
  'ETag',
  'Location',
  'Link',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
  'Retry-After',
  'WWW-Authenticate',
  'Idempotent-Replayed',
].join(', ');

/** What they may send. */
const TAKEN = 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Request-Id';
/** How long browsers remember a preflight, in seconds; none remembers it for longer. */
const REMEMBERED = 7_200;

const OF_API = /^\/(?:v1|health)(?:\/|$)/;

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0]!;

/**
 * Lets pages of the origins of `CORS_ORIGINS` read what the API answers, and every page the API document (Fetch
 * standard, 3.2). Credentials of browsers are not used: callers send their token themselves.
 */
export function allowOrigins(fastify: FastifyInstance, { corsOrigins }: Config): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request);
    if (path === '/openapi.json') reply.header('access-control-allow-origin', '*');
    else if (corsOrigins.length > 0 && OF_API.test(path)) {
      reply.header('vary', 'Origin');
      const { origin } = request.headers;
      if (origin !== undefined && corsOrigins.includes(origin))
        reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED);
    }
    done();
  });
}

/** Answers what browsers ask before they send a request: without a credential, which they leave out there. */
export function answerPreflights(fastify: FastifyInstance, problems: ProblemFilter): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight || !reply.hasHeader('access-control-allow-origin')) return done();
    const methods = problems.methodsOf(pathOf(request));
    if (methods.length === 0) return done();
    reply
      .header('access-control-allow-methods', methods.join(', '))
      .header('access-control-allow-headers', TAKEN)
      .header('access-control-max-age', REMEMBERED)
      .status(204)
      .send();
  });
}
