import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/access.decorators.js';
import { type ApiRequest, contextOf } from '../auth/api-request.js';
import { Idempotency } from './idempotency.js';
import { repeatRotation } from './idempotency.guard.js';
import { RetryWithOldToken } from './retry-with-old-token.decorator.js';
import { SkipRateLimit } from './skip-rate-limit.decorator.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * The first of all guards. Notes what a request is made with, lets authentication repeat the answer of a rotation that
 * is sent again with the old token, and counts requests to public routes by address. One guard for the three, because
 * each guard of all routes costs every request some microseconds.
 */
@Injectable()
export class ArrivalGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimiter,
    private readonly idempotency: Idempotency,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const handler = context.getHandler() as () => unknown;
    request.context = contextOf(request);
    request.handler = handler;
    if (this.reflector.get(RetryWithOldToken, handler))
      request.context.repeat = repeatRotation(this.idempotency, request);
    if (this.reflector.get(Access, handler)?.kind !== 'public') return true;
    if (this.reflector.getAllAndOverride(SkipRateLimit, [handler, context.getClass()])) return true;
    request.isCounted = true;
    return this.limits.countAddress(request.client!.counted);
  }
}

/** Counts requests by caller as soon as it is known who that is: also those that are refused for what they want. */
@Injectable()
export class CallerLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimiter) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<ApiRequest>();
    if (!request.user) return true;
    request.isCounted = true;
    return this.limits.countCaller(request.user, http.getResponse<FastifyReply>());
  }
}
