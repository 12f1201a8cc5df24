import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { isHost } from '../forwarding/origin.js';
import { HeadersTooLarge, RequestMalformed, RequestTimeout } from '../problems/common.problems.js';
import type { Problem } from '../problems/problem.js';
import { problemBody } from '../problems/problem-body.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { headers } from './security-headers.js';

/** How long a caller has for reading the answer before its connection is cut. */
const READ_MS = 1_000;

/**
 * Answers what Node refuses before there is a request: what does not follow HTTP, is too large or too slow.
 * Such an answer has no path to name as its `instance`, and ends the connection.
 */
export function answerBrokenRequests({ publicUrl }: Config) {
  const logger = new Logger('Request');
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswered(socket)) {
      socket.destroy();
      return;
    }
    const requestId = randomUUID();
    const problem = problemOf(error.code);
    logger.log({ requestId, status: problem.type.status, reason: error.code, peer: socket.remoteAddress });
    const { localAddress: address = '', localPort } = socket;
    const origin = publicUrl ?? `http://${address.includes(':') ? `[${address}]` : address}:${localPort}`;
    const body = JSON.stringify(problemBody(problem, { origin, path: '', requestId }));
    socket.end(answer(problem.type.status, requestId, body));
    socket.setTimeout(READ_MS, () => socket.destroy());
  };
}

function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HeadersTooLarge('The request line and the headers have more than 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new RequestTimeout('The request did not arrive whole in time.');
  return new RequestMalformed('What was sent is not an HTTP request.');
}

/** Whether an answer is on its way already, which another one must not break into. */
const isAnswered = (socket: Socket): boolean =>
  Boolean((socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent);

function answer(status: number, requestId: string, body: string): string {
  const lines = Object.entries({
    ...headers,
    'request-id': requestId,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}

/** Answers a path that cannot be decoded. Fastify finds that out before any hook has run. */
export function answerBrokenPaths(config: Config) {
  const problems = new ProblemFilter(config);
  return (_error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(headers).header('request-id', request.id);
    problems.answer(new RequestMalformed('The path is not a valid URL path.'), request, reply);
  };
}

/** Refuses a request without one valid `Host` (RFC 9112, 3.2), and ignores expectations nobody knows (RFC 9110, 10.1.1). */
export function checkHead(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(hostFault(request.raw) ?? undefined);
  });
  fastify.server.on('checkExpectation', (request, response) =>
    fastify.server.emit('request', request, response),
  );
}

function hostFault({ headers, httpVersion, rawHeaders }: IncomingMessage): Problem | null {
  const { host } = headers;
  if (host === undefined)
    return httpVersion === '1.0' ? null : new RequestMalformed('The request has no Host header.');
  // Node keeps the first of two and drops the other without a word; the raw list has both.
  const names = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (names.length > 1) return new RequestMalformed('The request has two Host headers.');
  return host === '' || isHost(host) ? null : new RequestMalformed('The Host header names no host.');
}
