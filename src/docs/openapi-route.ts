import type { FastifyInstance } from 'fastify';
import { type Edition, editionOf, REVALIDATED, sendEdition } from './edition.js';
import type { ApiDocument } from './openapi.js';
import type { Place } from './place.js';

/**
 * Serves the API document at `/openapi.json`. Making it takes the event loop some hundred milliseconds: what is returned
 * does so at once, for before anybody is served; otherwise it is made when it is first asked for.
 */
export function serveApiDocument(
  fastify: FastifyInstance,
  place: Place,
  make: () => ApiDocument,
): () => Promise<Edition> {
  let made: Promise<Edition> | undefined;
  const edition = async (): Promise<Edition> =>
    (made ??= editionOf(JSON.stringify(placed(make(), place)), 'application/json', REVALIDATED));
  fastify.get('/openapi.json', async (request, reply) =>
    sendEdition(await edition(), request, reply, place.problems),
  );
  return edition;
}

/** The document with this server's address in it, as far as that is known, and links that lead there. */
export function placed(document: ApiDocument, { prefix, publicUrl }: Omit<Place, 'problems'>): ApiDocument {
  const servers = document.servers.map((server) => ({ ...server, url: publicUrl ?? server.url }));
  const text = JSON.stringify({ ...document, servers });
  return JSON.parse(text.replaceAll('](/problems', `](${prefix}/problems`)) as ApiDocument;
}
