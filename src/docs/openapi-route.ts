import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { matchesRepresentation } from '../common/etag.js';
import type { ApiDocument } from './openapi.js';

interface Edition {
  readonly text: string;
  readonly tag: string;
}

/** Serves the API document at `/openapi.json`. It is made when it is first asked for, so that no start waits for it. */
export function serveApiDocument(fastify: FastifyInstance, make: () => ApiDocument): void {
  let made: Edition | undefined;
  fastify.get('/openapi.json', (request, reply) => {
    const { text, tag } = (made ??= editionOf(make()));
    reply.header('etag', tag).header('cache-control', 'no-cache');
    if (matchesRepresentation(request.headers['if-none-match'] ?? '', tag)) return reply.status(304).send();
    return reply.type('application/json').send(text);
  });
}

function editionOf(document: ApiDocument): Edition {
  const text = JSON.stringify(document);
  return { text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
