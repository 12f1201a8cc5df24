import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { type Client, clientOf } from './client.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request. Null until the first hook has run. */
    client: Client | null;
  }
}

/** Finds out who sent each request, before anything else is done for it. Says once where a proxy hides its callers. */
export function readClients(fastify: FastifyInstance, { trustedProxies }: Config): void {
  const logger = new Logger('Proxy');
  let isTold = false;
  fastify.decorateRequest('client', null);
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.client = clientOf(request.raw, trustedProxies);
    if (request.client.ip === null && !isTold) {
      isTold = true;
      logger.warn(
        `A request came from ${request.raw.socket.remoteAddress} for somebody else: its client is unknown. If that is your reverse proxy, add it to TRUSTED_PROXIES and have it send X-Forwarded-For; until then the log has no addresses, /metrics and keys with allowedIps are closed to its callers, and these share limits.`,
      );
    }
    done();
  });
}
