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
    ({ headers }, body, done) => {
      const charset = charsetOf(headers['content-type']!);
      if (charset !== 'utf-8') {
        done(new BodyMalformed(`The body must be in UTF-8; Content-Type says that it is in ${charset}.`));
        return;
      }
      try {
        done(null, body.length === 0 ? {} : parseJsonObject(body as Buffer));
      } catch (error) {
        done(error instanceof JsonError ? new BodyMalformed(`The body ${error.message}.`) : (error as Error));
      }
    },
  );
}

/** The charset of a media type; UTF-8 where it says none. Bounded, because it is told to the caller. */
const charsetOf = (type: string): string =>
  /;\s*charset\s*=\s*"?([^\s;"]{0,40})/i.exec(type)?.[1]!.toLowerCase() ?? 'utf-8';
