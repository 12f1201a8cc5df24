import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Config } from './config/config.js';
import { ProcessRole } from './config/process-role.js';
import { withoutTokens } from './crypto/token.js';
import { serveConfirmations } from './docs/confirmation-page.js';
import { serveDocs } from './docs/docs.setup.js';
import { readClients } from './forwarding/arrivals.js';
import { pathPrefix } from './forwarding/origin.js';
import { withoutPrefix } from './forwarding/prefix.js';
import { HealthService } from './health/health.service.js';
import { rememberMethods } from './http/allowed-methods.js';
import { allowOrigins, answerPreflights } from './http/cross-origin.js';
import { describeAnswers, sendUnchangedBare } from './http/describe-answers.js';
import { fairServer } from './http/pipelining.js';
import { answerBrokenPaths, answerBrokenRequests, checkHead } from './http/protocol-errors.js';
import { acceptJson } from './http/request-body.js';
import { logRequests } from './http/request-log.js';
import { serveOnlyMachines } from './http/served-paths.js';
import { addHeaders } from './http/security-headers.js';
import { storeResponses } from './limits/idempotency.guard.js';
import { Refusals } from './limits/refusals.js';
import { Metrics } from './metrics/metrics.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { drainConnections } from './process/shutdown.js';

/** Slow senders are cut off: they would hold connections that others need. In milliseconds. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 15_000;

/** Longer than proxies keep idle connections (60 s mostly): whoever closes first must not be the one who is asked. */
const KEEP_ALIVE_TIMEOUT = 72_000;
const MAX_HEADER_BYTES = 16 * 1024;

const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The caller's request id where it is a harmless one, otherwise ours. */
function requestId({ headers }: IncomingMessage): string {
  const given = headers['request-id'];
  const isHarmless = typeof given === 'string' && REQUEST_ID.test(given) && withoutTokens(given) === given;
  return isHarmless ? given : randomUUID();
}

export const httpAdapter = (config: Config): FastifyAdapter =>
  new FastifyAdapter({
    genReqId: requestId,
    rewriteUrl: ({ url = '' }) => withoutPrefix(pathPrefix(config), url),
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    serverFactory: fairServer,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequests(config),
    frameworkErrors: answerBrokenPaths(config),
    routerOptions: { maxParamLength: MAX_HEADER_BYTES },
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT,
      requireHostHeader: false,
      connectionsCheckingInterval: 1_000,
    },
  });

/**
 * Everything about the application that is not in its modules. Shared by the program and the tests. What is returned
 * does the work that would otherwise be done by the first request that needs it; once the application is initialised.
 */
export async function configureApp(app: NestFastifyApplication): Promise<() => Promise<unknown>> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance<
    Server,
    IncomingMessage,
    ServerResponse
  >;
  rememberMethods(fastify, app.get(ProblemFilter));
  readClients(fastify, app.get(Config));
  acceptJson(fastify);
  addHeaders(fastify, app.get(Config));
  allowOrigins(fastify, app.get(Config));
  app.get(Refusals).limit(fastify);
  checkHead(fastify);
  answerPreflights(fastify, app.get(ProblemFilter));
  if (!app.get(ProcessRole).servesApi) serveOnlyMachines(fastify);
  describeAnswers(fastify, pathPrefix(app.get(Config)));
  sendUnchangedBare(fastify);
  storeResponses(fastify);
  logRequests(fastify, ['info', 'debug'].includes(app.get(Config).logLevel));
  app.get(Metrics).observe(fastify);
  drainConnections(fastify, app.get(HealthService));
  prefixRoutes(app);
  serveConfirmations(app, fastify);
  return serveDocs(app, fastify);
}

/** Puts every route under `/v1` but those for machines that know no versions. */
export function prefixRoutes(app: NestFastifyApplication): void {
  app.setGlobalPrefix('v1', {
    exclude: ['health/*path', 'metrics'].map((path) => ({ path, method: RequestMethod.ALL })),
  });
}
