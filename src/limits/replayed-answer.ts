import type { FastifyReply } from 'fastify';
import { ShortCircuitResponse } from '../problems/short-circuit-response.js';
import type { Answer } from './idempotency.js';

/** The answer to a repeated request: the bytes of the first one. */
export class ReplayedAnswer extends ShortCircuitResponse {
  constructor(private readonly answer: Answer) {
    super('The request was answered before');
  }

  send(reply: FastifyReply): void {
    const { status, headers, payload } = this.answer;
    reply.status(status).headers(headers).header('idempotent-replayed', 'true').send(payload);
  }
}
