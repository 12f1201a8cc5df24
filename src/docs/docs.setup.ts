import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Config } from '../config/config.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { apiDocument } from './api-document.js';
import { serveApiDocument } from './openapi-route.js';
import { serveProblemPages } from './problem-pages.js';
import { serveSwaggerUi } from './swagger-ui.js';

/**
 * Serves what explains the API: the document, Swagger UI, the problem pages, and the way there from `/`.
 * With `DOCS=off` none of them is there. They are not among Nest's routes: they have no callers, touch
 * no data and are not part of the API they describe.
 */
export function serveDocs(app: NestFastifyApplication, fastify: FastifyInstance): void {
  if (app.get(Config).docs === 'off') return;
  serveApiDocument(fastify, () => apiDocument(app));
  serveSwaggerUi(fastify);
  serveProblemPages(fastify, app.get(ProblemFilter));
  fastify.get('/', (_request, reply) => reply.redirect('/docs', 302));
}
