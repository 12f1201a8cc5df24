import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ApiRequest } from '../auth/api-request.js';
import type { RequestContext } from '../auth/principal.js';
import { reachOf } from '../auth/project-reach.js';
import { type IdempotentRun, Idempotency, type RetryableRequest } from './idempotency.js';
import { IdempotencyKeyMalformed } from './limits.problems.js';
import { ReplayedAnswer } from './replayed-answer.js';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

/** The headers that belong to an answer itself, and not to the moment it is given. */
const KEPT_HEADERS = ['content-type', 'location', 'etag'];

/** A request that is being run for the first time. */
interface FirstRequest extends ApiRequest {
  attempt?: IdempotentRun;
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
    const { user, context } = request;
    const caller = user
      ? scopeOf(user.keyId ?? user.userId, user.teamId)
      : `anonymous ${context.counted.own}`;
    const retryable = retryableOf(request, key, caller, {
      tokenDigest: user?.tokenDigest ?? null,
      isSuperseded: user?.isSuperseded ?? false,
      reach: user ? reachOf(user) : null,
    });
    const begun = await this.idempotency.begin(retryable);
    if ('answer' in begun) throw new ReplayedAnswer(begun.answer);
    const { attempt } = begun;
    request.attempt = attempt;
    request.context.joinChange = (tx) => attempt.commit(tx);
    return true;
  }
}

/**
 * For a token that a key has replaced: answers the repetition of the request that replaced it. Whoever lost that
 * answer has no other token to ask with.
 */
export function repeatRotation(idempotency: Idempotency, request: ApiRequest): RequestContext['repeat'] {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return undefined;
  return async ({ keyId, teamId, digest }) => {
    const { id } = request.params as { id?: string };
    if (id !== undefined && id !== keyId) return;
    const retryable = retryableOf(request, key, scopeOf(keyId, teamId), {
      tokenDigest: digest,
      isSuperseded: true,
      reach: null,
    });
    const answer = await idempotency.recall(retryable);
    if (answer) throw new ReplayedAnswer(answer);
  };
}

/**
 * Keeps what came of a first request: known when its answer is sent, and only there as the bytes to repeat.
 * An answer that cannot be kept is sent all the same: the change was made.
 */
export function storeResponses(fastify: FastifyInstance): void {
  const logger = new Logger('Idempotency');
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { attempt } = request as FirstRequest;
    if (!attempt) return done(null, payload);
    void settle(attempt, reply, payload)
      .catch((fault: Error) => logger.warn(`An answer could not be kept: ${fault.message}`))
      .then(() => done(null, payload));
  });
}

const scopeOf = (callerId: string, teamId: string): string => `${callerId} ${teamId}`;

/** A caller's own, and of one address: the path says also which thing the request is about. */
const retryableOf = (
  { url, body }: ApiRequest,
  key: string,
  caller: string,
  sender: Pick<RetryableRequest, 'tokenDigest' | 'isSuperseded' | 'reach'>,
): RetryableRequest => ({
  scope: `${caller}\n${url.split('?', 1)[0]}`,
  key,
  request: JSON.stringify(body ?? null),
  ...sender,
});

async function settle(attempt: IdempotentRun, reply: FastifyReply, payload: unknown): Promise<void> {
  if (reply.statusCode >= 300) return attempt.discard();
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );
  return attempt.complete({
    status: reply.statusCode,
    headers,
    payload: typeof payload === 'string' ? payload : '',
  });
}
