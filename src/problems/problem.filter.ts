import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Injectable,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { pathWithoutTokens, withoutTokens } from '../crypto/token.js';
import { isUnavailable } from '../database/errors.js';
import { originOf, pathPrefix } from '../forwarding/origin.js';
import {
  InternalError,
  MethodNotAllowed,
  NotFound,
  RequestMalformed,
  Unavailable,
  UnsupportedMediaType,
} from './common.problems.js';
import { ShortCircuitResponse } from './short-circuit-response.js';
import { Problem } from './problem.js';
import { challengeOf, problemBody } from './problem-body.js';

type Listener = (problem: Problem, request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Seconds after which a caller may try again when the database is away. */
const RETRY_SOON = 5;

/** Answers every failure as `application/problem+json` (RFC 9457). Failures nobody foresaw are logged, and say nothing. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');
  private readonly listeners: Listener[] = [];
  /** The methods an address knows, sorted; none where there is no such address. Set once the routes are known. */
  methodsOf: (path: string) => readonly string[] = () => [];

  constructor(private readonly config: Config) {}

  /** Has `listener` see every problem before it is answered. One that fails does not change the answer. */
  beforeAnswer(listener: Listener): void {
    this.listeners.push(listener);
  }

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof ShortCircuitResponse) return error.send(reply);
    const problem = this.problemOf(error, request);
    for (const listener of this.listeners)
      await listener(problem, request, reply).catch((fault: Error) => this.logger.warn(fault));
    this.answer(problem, request, reply);
  }

  answer(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
    const challenge = challengeOf(problem);
    const { retryAfter, allow } = problem.extensions;
    if (challenge !== null) reply.header('www-authenticate', challenge);
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    if (Array.isArray(allow)) reply.header('allow', allow.join(', '));
    const body = problemBody(problem, {
      origin: originOf(request.raw, this.config),
      path: pathPrefix(this.config) + asReference(pathWithoutTokens(pathOf(request))),
      requestId: request.id,
    });
    reply
      .status(problem.type.status)
      .header('content-type', 'application/problem+json')
      .header('cache-control', 'no-store')
      .send(withoutTokens(JSON.stringify(body)));
  }

  problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException && error.getStatus() === 404) return this.noRoute(request);
    const foreseen = fromFramework(unwrapped(error));
    if (foreseen) return foreseen;
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    if (isUnavailable(error)) {
      this.logger.warn({
        requestId: request.id,
        error: firstLine(message),
        message: 'The database is not available',
      });
      return new Unavailable('The database cannot be reached at the moment.', { retryAfter: RETRY_SOON });
    }
    this.logger.error({
      requestId: request.id,
      error: `${name}: ${firstLine(message)}`,
      stack,
      message: 'A request failed in a way nobody foresaw',
    });
    return new InternalError('The server failed in a way nobody foresaw.');
  }

  private noRoute(request: FastifyRequest): Problem {
    const allow = this.methodsOf(pathOf(request));
    if (allow.length === 0) return new NotFound('There is nothing at this address.');
    return new MethodNotAllowed(`This address knows ${allow.join(', ')}.`, { allow });
  }
}

/** Nest wraps the failures of Fastify, and with them what kind they are. */
const unwrapped = (error: unknown): unknown =>
  error instanceof HttpException && error.cause !== undefined ? error.cause : error;

/** Failures that Fastify and Nest report before a handler runs. */
function fromFramework(error: unknown): Problem | null {
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  if (code === 'ECONNRESET' && message === 'aborted')
    return new RequestMalformed('The connection ended before the request did.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new UnsupportedMediaType('Send the body as application/json.');
  if (code?.startsWith('FST_ERR_') && statusCode === 400)
    return new RequestMalformed('The request could not be read.');
  return null;
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!;

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0]!;

/** `path` as a URI reference (RFC 3986): what stands for nothing in one is escaped. */
const asReference = (path: string): string =>
  path.replace(
    /%(?![\dA-Fa-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
