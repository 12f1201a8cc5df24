import type { FastifyInstance } from 'fastify';
import { BodyMalformed, BodyTooLarge } from '../problems/common.problems.js';
import { BODY_LIMIT, type BodyFault, bodyOf, MAX_PIECES } from './incoming-body.js';
import { JsonError, parseJsonObject } from './json.js';

/** Takes JSON bodies only, parsed strictly. An empty body stands for an empty object. */
export function acceptJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    ({ headers, raw }, _stream, done) => {
      bodyOf(raw).whenTaken((fault, bytes) => {
        if (fault !== null) return done(asError(fault));
        const charset = charsetOf(headers['content-type']!);
        if (charset !== 'utf-8')
          return done(
            new BodyMalformed(`The body must be in UTF-8; Content-Type says that it is in ${charset}.`),
          );
        try {
          done(null, bytes.length === 0 ? {} : parseJsonObject(bytes));
        } catch (error) {
          done(
            error instanceof JsonError ? new BodyMalformed(`The body ${error.message}.`) : (error as Error),
          );
        }
      });
    },
  );
}

/** What is answered where a body was not taken. */
export const asError = (fault: Error | BodyFault): Error =>
  typeof fault === 'string' ? new BodyTooLarge(whyTooLarge[fault]) : fault;

const whyTooLarge: Readonly<Record<BodyFault, string>> = {
  'too-large': `The body has more than ${BODY_LIMIT / 1024} KiB.`,
  'too-many-pieces': `The body came in more than ${MAX_PIECES} pieces, or with too much around them.`,
};

/** The charset of a media type; UTF-8 where it says none. Bounded, because it is told to the caller. */
const charsetOf = (type: string): string =>
  /;\s*charset\s*=\s*"?([^\s;"]{0,40})/i.exec(type)?.[1]!.toLowerCase() ?? 'utf-8';
