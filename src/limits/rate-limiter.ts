import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Plan } from '../auth/plan.js';
import type { Principal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import type { CountedAs } from '../forwarding/client.js';
import { planLimits } from '../plans/plan-limits.js';
import { AddressWindow } from '../forwarding/address-window.js';
import { RateLimited } from './limits.problems.js';
import { rateLimitHeaders, retryAfter, FixedWindow, type WindowState } from '../common/fixed-window.js';

const MINUTE = 60;
const PER_SESSION = 600;

/** Of a key that rests because the plan has no room for it: all of them are refused, and counted. */
const RESTING = 60;

/** Public routes that touch the database or a password, for each address. */
const PER_ADDRESS = 60;

/** Limits of requests a minute: for each key by its plan, for each session, and for each address on public routes. */
@Injectable()
export class RateLimiter {
  private readonly isOn: boolean;
  private readonly perAddress = new AddressWindow(PER_ADDRESS, MINUTE);
  private readonly perSession = new FixedWindow(PER_SESSION, MINUTE);
  private readonly perKey = Object.fromEntries(
    Object.entries(planLimits).map(([plan, { requestsPerMinute }]) => [
      plan,
      new FixedWindow(requestsPerMinute || RESTING, MINUTE),
    ]),
  ) as Record<Plan, FixedWindow>;

  constructor(
    config: Config,
    private readonly clock: Clock,
  ) {
    this.isOn = config.rateLimit === 'on';
  }

  /** Counts a request of `caller`, tells it how it stands in headers, and throws `RateLimited` beyond the limit. */
  countCaller(caller: Principal, reply: FastifyReply): true | Promise<true> {
    if (!this.isOn) return true;
    const { window, who, name } = this.windowOf(caller);
    return window.count(who).then((state) => {
      reply.headers(rateLimitHeaders(name, state, window.seconds, this.clock));
      return admit(state, name);
    });
  }

  /** Counts a request without a credential. Throws `RateLimited`. */
  countAddress(address: CountedAs): true | Promise<true> {
    return this.isOn ? this.perAddress.count(address).then((state) => admit(state, 'address')) : true;
  }

  private windowOf({ keyId, sessionId, plan }: Principal): {
    window: FixedWindow;
    who: string;
    name: string;
  } {
    return keyId !== null
      ? { window: this.perKey[plan], who: keyId, name: 'key' }
      : { window: this.perSession, who: sessionId!, name: 'session' };
  }
}

function admit(state: WindowState, name: string): true {
  if (!state.exceeded) return true;
  const seconds = retryAfter(state);
  throw new RateLimited(
    `The limit of ${state.limit} requests a minute for this ${name} is reached; wait ${seconds} s.`,
    { retryAfter: seconds },
  );
}
