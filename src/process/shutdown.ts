import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { HealthService } from '../health/health.service.js';

/** How long the server goes on accepting once it is not ready any more: load balancers and callers with open connections learn of it. */
const LINGER_MS = 1_000;

/** How long requests that are running may take. */
const FINISH_MS = 25_000;

/** What is left for closing once they are cut off. */
const CLOSE_MS = 3_000;
const SWEEP_MS = 200;

/** Within this time a signal is taken for the one before it. */
const ECHO_MS = 250;

/**
 * Has every answer end its connection while the server stops, so that no caller sends another request into
 * a closing one; and has the server take what waits to be accepted before it stops listening, because the
 * system resets the rest.
 */
export function drainConnections(fastify: FastifyInstance, health: HealthService): void {
  fastify.addHook('preClose', () => acceptWaiting(fastify.server));
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (health.isStopping) reply.header('connection', 'close');
    done();
  });
}

/** Goes on until a turn of the event loop brings no connection: each turn accepts one. */
async function acceptWaiting(server: Server): Promise<void> {
  let accepted = false;
  const note = (): void => void (accepted = true);
  server.on('connection', note);
  do {
    accepted = false;
    await immediate();
  } while (accepted);
  server.off('connection', note);
}

/**
 * Stops the server on SIGTERM or SIGINT: it says that it is not ready, accepts no more, finishes the
 * requests that are running, closes and exits with 0. A second signal ends the process at once, unless it is
 * the same one once more: npm passes on to the server what the server, as one of its group, got already.
 */
export function stopOnSignal(app: NestFastifyApplication): void {
  const idle = trackUnused(app.getHttpServer() as Server);
  let stoppedAt: number | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      const now = performance.now();
      if (stoppedAt === null) {
        stoppedAt = now;
        void stop(app, idle, signal);
      } else if (now - stoppedAt > ECHO_MS) process.exit(128 + constants.signals[signal]);
    });
}

async function stop(app: NestFastifyApplication, unused: ReadonlySet<Socket>, signal: string): Promise<void> {
  const logger = new Logger('Shutdown');
  const server = app.getHttpServer() as Server;
  logger.log(`${signal}: finishing what is running`);
  setTimeout(() => {
    logger.warn(`Requests were cut off: they were not done after ${FINISH_MS / 1000} s`);
    server.closeAllConnections();
  }, FINISH_MS).unref();
  setTimeout(() => process.exit(1), FINISH_MS + CLOSE_MS).unref();

  app.get(HealthService).stop();
  await wait(LINGER_MS);
  setInterval(() => {
    server.closeIdleConnections();
    for (const socket of unused) socket.destroy();
  }, SWEEP_MS).unref();
  try {
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}

/** The connections on which no request has come yet. Browsers open some in advance, and Node does not count them as idle. */
function trackUnused(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  return unused;
}
