import type { FastifyInstance } from 'fastify';
import { BodyMalformed } from '../problems/common.problems.js';
import { JsonError, parseJsonObject } from './json.js';

/** How large a request body may be, in bytes. */
export const BODY_LIMIT = 256 * 1024;

/** Takes JSON bodies only, parsed strictly. An empty body stands for an empty object. */
export function acceptJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (_request, body, done) => {
      try {
        done(null, body.length === 0 ? {} : parseJsonObject(body as Buffer));
      } catch (error) {
        done(error instanceof JsonError ? new BodyMalformed(`The body ${error.message}.`) : (error as Error));
      }
    },
  );
}
