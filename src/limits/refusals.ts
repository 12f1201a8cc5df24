import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiRequest } from '../auth/api-request.js';
import { Config } from '../config/config.js';
import { Secrets } from '../crypto/secrets.js';
import { tokenKind } from '../crypto/token.js';
import { AddressWindow } from '../forwarding/address-window.js';
import { FailedAttempts } from '../auth/failed-attempts.js';
import { RateLimited } from './limits.problems.js';
import { retryAfter, FixedWindow, type WindowState } from '../common/fixed-window.js';

const MINUTE = 60;

/** Requests that are refused before it is known who calls, and preflights of browsers. */
const REFUSED = 300;

const FOR_MACHINES = /^\/(health\/|metrics$)/;
const BEARER = /^Bearer +(\S+)$/i;

/**
 * Limits what no other limit counts: requests refused before it is known who calls, because they have no
 * credential or a wrong one, go to no route, or cannot be read; and preflights, which have none. Counted by address
 * at the head of a request, before its body is read, and taken back when it turns out not to be one of them, or is
 * given up by its sender before it is answered.
 *
 * With a token that has worked lately it is counted by token, so that neighbours do not stop it; and once it is
 * refused, so that the many requests that a good program has running at once do not stop it either.
 */
@Injectable()
export class Refusals {
  private readonly isOn: boolean;
  private readonly byAddress = new AddressWindow(REFUSED, MINUTE);
  private readonly byToken = new FixedWindow(REFUSED, MINUTE);

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
    fastify.addHook('onRequest', async (request, reply) => {
      if (FOR_MACHINES.test(request.routeOptions.url ?? '')) return;
      const token = this.goodTokenOf(request);
      const state = await (token === null
        ? this.countBefore(request, reply)
        : this.countAfter(token, request, reply));
      if (!state.exceeded) return;
      const seconds = retryAfter(state);
      throw new RateLimited(
        `The limit of ${REFUSED} refused requests and preflights a minute from here is reached; wait ${seconds} s.`,
        { retryAfter: seconds },
      );
    });
  }

  private countBefore(request: FastifyRequest, { raw }: FastifyReply): Promise<WindowState> {
    const { counted } = request.client!;
    raw.once('close', () => {
      if (!isOwed(request, raw)) void this.byAddress.uncount(counted);
    });
    return this.byAddress.count(counted);
  }

  private async countAfter(
    token: string,
    request: FastifyRequest,
    { raw }: FastifyReply,
  ): Promise<WindowState> {
    raw.once('close', () => {
      if (isOwed(request, raw)) void this.byToken.count(token);
    });
    const state = await this.byToken.look(token);
    return { ...state, exceeded: state.remaining === 0 };
  }

  /** The digest of a request's token, where that has worked lately. */
  private goodTokenOf({ headers }: FastifyRequest): string | null {
    const token = BEARER.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || tokenKind(token) === null) return null;
    const digest = this.secrets.tokenDigest(token);
    return this.failures.isGood(digest) ? digest : null;
  }
}

/** Whether a request that is over counts: it was answered, and it was refused or a preflight, and no other limit counted it. */
function isOwed(request: FastifyRequest, { headersSent, statusCode }: FastifyReply['raw']): boolean {
  const isRefused = statusCode >= 400 && statusCode < 500;
  return headersSent && (isRefused || request.method === 'OPTIONS') && !(request as ApiRequest).isCounted;
}
