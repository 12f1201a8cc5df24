import type { FastifyReply } from 'fastify';

/** Thrown where a request already has its answer, so that no handler needs to run. Not a failure. */
export abstract class ShortCircuitResponse extends Error {
  abstract send(reply: FastifyReply): void;
}
