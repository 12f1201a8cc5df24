import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Config } from '../config/config.js';
import { pathPrefix } from '../forwarding/origin.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { apiDocument } from './api-document.js';
import { serveApiDocument } from './openapi-route.js';
import { serveProblemPages } from './problem-pages.js';
import { serveSwaggerUi } from './swagger-ui.js';

/**
 * Serves what explains the API: the document, Swagger UI, the problem pages, and the way there from `/`.
 * With `DOCS=off` none of them is there. They are not among Nest's routes: they have no callers, touch
 * no data and are not part of the API they describe. What is returned makes what takes long to make.
 */
export function serveDocs(app: NestFastifyApplication, fastify: FastifyInstance): () => Promise<unknown> {
  const config = app.get(Config);
  if (config.docs === 'off') return async () => {};
  const place = { prefix: pathPrefix(config), publicUrl: config.publicUrl, problems: app.get(ProblemFilter) };
  const makeDocument = serveApiDocument(fastify, place, () => apiDocument(app));
  serveSwaggerUi(fastify, place);
  serveProblemPages(fastify, place);
  for (const [from, to] of [
    ['/', '/docs'],
    ['/docs/', '/docs'],
    ['/problems/', '/problems'],
  ] as const)
    fastify.get(from, (_request, reply) => reply.redirect(place.prefix + to, 302));
  return makeDocument;
}
