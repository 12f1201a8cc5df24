import type { FastifyInstance } from 'fastify';
import { type Edition, editionOf, REVALIDATED, sendEdition } from './edition.js';
import type { ApiDocument } from './openapi.js';
import type { Place } from './place.js';

/** Serves the API document at `/openapi.json`. It is made when it is first asked for, so that no start waits for it. */
export function serveApiDocument(fastify: FastifyInstance, place: Place, make: () => ApiDocument): void {
  let made: Promise<Edition> | undefined;
  fastify.get('/openapi.json', async (request, reply) => {
    made ??= editionOf(JSON.stringify(placed(make(), place)), 'application/json', REVALIDATED);
    return sendEdition(await made, request, reply, place.problems);
  });
}

/** The document with this server's address in it, as far as that is known, and links that lead there. */
export function placed(document: ApiDocument, { prefix, publicUrl }: Omit<Place, 'problems'>): ApiDocument {
  const servers = document.servers.map((server) => ({ ...server, url: publicUrl ?? server.url }));
  const text = JSON.stringify({ ...document, servers });
  return JSON.parse(text.replaceAll('](/problems', `](${prefix}/problems`)) as ApiDocument;
}
