import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiRequest } from '../access/api-request.js';
import { Config } from '../config/config.js';
import { Secrets } from '../crypto/secrets.js';
import { tokenKind } from '../crypto/token.js';
import type { CountedAs } from '../forwarding/client.js';
import { AddressWindow } from './address-window.js';
import { FailedAttempts } from './failed-attempts.js';
import { RateLimited } from './limits.problems.js';
import { retryAfter } from './window.js';

const MINUTE = 60;
/** Requests that are refused before it is known who calls, and preflights of browsers. */
const REFUSED = 300;

const FOR_MACHINES = /^\/(health\/|metrics$)/;
const BEARER = /^Bearer +(\S+)$/i;

/**
 * Limits what no other limit counts: requests refused before it is known who calls, because they have no
 * credential or a wrong one, go to no route, or cannot be read; and preflights, which have none. Counted at the head of a request, before its body is
 * read, and taken back when it turns out not to be one of them.
 *
 * Counted by address; with a token that has worked lately, by token, so that neighbours do not stop it.
 */
@Injectable()
export class Refusals {
  private readonly isOn: boolean;
  private readonly window = new AddressWindow(REFUSED, MINUTE);
  private readonly counted = new WeakMap<FastifyRequest, CountedAs>();

  constructor(
    config: Config,
    private readonly failures: FailedAttempts,
    private readonly secrets: Secrets,
  ) {
    this.isOn = config.rateLimit === 'on';
  }

  /** Has `fastify` count every request but those of machines that poll. Beyond the limit they are answered `RateLimited`. */
  limit(fastify: FastifyInstance): void {
    if (!this.isOn) return;
    fastify.addHook('onRequest', async (request) => {
      if (FOR_MACHINES.test(request.routeOptions.url ?? '')) return;
      const who = this.whoSent(request);
      const state = await this.window.count(who);
      this.counted.set(request, who);
      if (!state.exceeded) return;
      const seconds = retryAfter(state);
      throw new RateLimited(
        `The limit of ${REFUSED} refused requests and preflights a minute from here is reached; wait ${seconds} s.`,
        { retryAfter: seconds },
      );
    });
    fastify.addHook('onResponse', async (request, reply) => {
      const who = this.counted.get(request);
      const isRefused = reply.statusCode >= 400 && reply.statusCode < 500;
      const isOwed = isRefused || request.method === 'OPTIONS';
      if (who && (!isOwed || (request as ApiRequest).isCounted)) await this.window.uncount(who);
    });
  }

  private whoSent({ headers, client }: FastifyRequest): CountedAs {
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || tokenKind(token) === null) return client!.counted;
    const digest = this.secrets.tokenDigest(token);
    return this.failures.isGood(digest) ? { own: digest, shared: null } : client!.counted;
  }
}
