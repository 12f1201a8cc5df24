import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from './clock.js';

/** How a window stands for somebody. */
export interface WindowState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetInMs: number;
  readonly exceeded: boolean;
}

/**
 * Counts in fixed windows: a window starts with its first request, always ends, and is never pushed on by
 * traffic. Counted in this process.
 */
export class FixedWindow {
  private readonly limiter: RateLimiterMemory;

  constructor(
    readonly limit: number,
    readonly seconds: number,
  ) {
    this.limiter = new RateLimiterMemory({ points: limit, duration: seconds });
  }

  /** Counts one for `who`. */
  async count(who: string): Promise<WindowState> {
    try {
      return this.stateOf(await this.limiter.consume(who), false);
    } catch (state) {
      return this.stateOf(state as RateLimiterRes, true);
    }
  }

  /** Takes one back, where the window it was counted in is not over. */
  async uncount(who: string): Promise<void> {
    if (await this.current(who)) await this.limiter.reward(who);
  }

  /** How the window stands, without counting. */
  async look(who: string): Promise<WindowState> {
    const state = await this.current(who);
    return state
      ? this.stateOf(state, false)
      : { limit: this.limit, remaining: this.limit, resetInMs: this.seconds * 1000, exceeded: false };
  }

  /** The window of `who`, or null where there is none or it is over. */
  private async current(who: string): Promise<RateLimiterRes | null> {
    const state = await this.limiter.get(who);
    return state && state.msBeforeNext > 0 ? state : null;
  }

  private stateOf({ remainingPoints, msBeforeNext }: RateLimiterRes, exceeded: boolean): WindowState {
    return {
      limit: this.limit,
      remaining: Math.max(0, remainingPoints),
      resetInMs: Math.max(0, msBeforeNext),
      exceeded,
    };
  }
}

/** A wait as `Retry-After` has it: whole seconds, rounded up. */
export const retryAfter = ({ resetInMs }: WindowState): number => Math.max(1, Math.ceil(resetInMs / 1000));

/**
 * How a window stands, as response headers: the `X-RateLimit-*` that are widely read, with the reset as
 * epoch seconds, and the structured fields of the IETF draft (draft-ietf-httpapi-ratelimit-headers-10).
 */
export function rateLimitHeaders(
  name: string,
  { limit, remaining, resetInMs }: WindowState,
  seconds: number,
  clock: Clock,
) {
  const resetSeconds = Math.ceil(resetInMs / 1000);
  return {
    'x-ratelimit-limit': limit,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': Math.ceil((clock.now().getTime() + resetInMs) / 1000),
    'ratelimit-policy': `"${name}";q=${limit};w=${seconds}`,
    ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
  };
}
