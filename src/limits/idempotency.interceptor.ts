import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { catchError, from, mergeMap, type Observable, of } from 'rxjs';
import type { ApiRequest } from '../access/api-request.js';
import { type Answer, type Attempt, Idempotency } from './idempotency.js';
import { IdempotencyKeyMalformed } from './limits.problems.js';

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;
/** The headers that belong to an answer itself, and not to the moment it is given. */
const KEPT_HEADERS = ['location', 'etag'];

/** Runs a `POST` that carries an `Idempotency-Key` once, and answers its repetitions as it answered the first. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.method !== 'POST') return next.handle();
    if (typeof key !== 'string' || !PRINTABLE.test(key))
      throw new IdempotencyKeyMalformed('The Idempotency-Key must be 1 to 128 printable ASCII characters.');

    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const begun = await this.idempotency.begin({
      scope: scopeOf(request),
      key,
      request: JSON.stringify(request.body ?? null),
    });
    if ('answer' in begun) return of(replay(begun.answer, reply));

    const { attempt } = begun;
    request.context.joinChange = (manager) => attempt.commit(manager);
    return next.handle().pipe(
      mergeMap((body) => from(keep(attempt, body, reply))),
      catchError((error) => from(abandon(attempt, error))),
    );
  }
}

/** A caller's own, and of one address: the path says also which thing the request is about. */
function scopeOf({ user, context, url }: ApiRequest): string {
  const caller = user ? `${user.keyId ?? user.userId} ${user.teamId}` : `anonymous ${context.ip}`;
  return `${caller}\n${url.split('?', 1)[0]}`;
}

function replay({ status, headers, body }: Answer, reply: FastifyReply): unknown {
  reply.status(status).headers(headers).header('idempotent-replayed', 'true');
  return body ?? undefined;
}

async function keep(attempt: Attempt, body: unknown, reply: FastifyReply): Promise<unknown> {
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );
  await attempt.complete({ status: reply.statusCode, headers, body: body ?? null });
  return body;
}

async function abandon(attempt: Attempt, error: unknown): Promise<never> {
  await attempt.abandon();
  throw error;
}
