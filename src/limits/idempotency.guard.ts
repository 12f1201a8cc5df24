import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ApiRequest } from '../access/api-request.js';
import { EarlyAnswer } from '../problems/early-answer.js';
import { type Answer, type Attempt, Idempotency } from './idempotency.js';
import { IdempotencyKeyMalformed } from './limits.problems.js';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;
/** The headers that belong to an answer itself, and not to the moment it is given. */
const KEPT_HEADERS = ['content-type', 'location', 'etag'];

/** The answer to a repeated request: the bytes of the first one. */
class ReplayedAnswer extends EarlyAnswer {
  constructor(private readonly answer: Answer) {
    super('The request was answered before');
  }

  send(reply: FastifyReply): void {
    const { status, headers, payload } = this.answer;
    reply.status(status).headers(headers).header('idempotent-replayed', 'true').send(payload);
  }
}

/** A request that is being run for the first time. */
interface FirstRequest extends ApiRequest {
  attempt?: Attempt;
}

/** Runs a `POST` that carries an `Idempotency-Key` once, and answers its repetitions as it answered the first. */
@Injectable()
export class IdempotencyGuard implements CanActivate {
  constructor(private readonly idempotency: Idempotency) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<FirstRequest>();
    const key = request.headers['idempotency-key'];
    return key === undefined || request.method !== 'POST' ? true : this.begin(request, key);
  }

  private async begin(request: FirstRequest, key: string | string[]): Promise<true> {
    if (typeof key !== 'string' || !PRINTABLE.test(key))
      throw new IdempotencyKeyMalformed('The Idempotency-Key must be 1 to 128 printable ASCII characters.');
    const begun = await this.idempotency.begin({
      scope: scopeOf(request),
      key,
      request: JSON.stringify(request.body ?? null),
    });
    if ('answer' in begun) throw new ReplayedAnswer(begun.answer);
    const { attempt } = begun;
    request.attempt = attempt;
    request.context.joinChange = (manager) => attempt.commit(manager);
    return true;
  }
}

/**
 * Keeps what came of a first request: known when its answer is sent, and only there as the bytes to repeat.
 * An answer that cannot be kept is sent all the same: the change was made.
 */
export function keepAnswers(fastify: FastifyInstance): void {
  const logger = new Logger('Idempotency');
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { attempt } = request as FirstRequest;
    if (!attempt) return done(null, payload);
    void settle(attempt, reply, payload)
      .catch((fault: Error) => logger.warn(`An answer could not be kept: ${fault.message}`))
      .then(() => done(null, payload));
  });
}

/** A caller's own, and of one address: the path says also which thing the request is about. */
function scopeOf({ user, context, url }: ApiRequest): string {
  const caller = user ? `${user.keyId ?? user.userId} ${user.teamId}` : `anonymous ${context.counted.own}`;
  return `${caller}\n${url.split('?', 1)[0]}`;
}

async function settle(attempt: Attempt, reply: FastifyReply, payload: unknown): Promise<void> {
  if (reply.statusCode >= 300) return attempt.abandon();
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );
  return attempt.complete({
    status: reply.statusCode,
    headers,
    payload: typeof payload === 'string' ? payload : '',
  });
}
