import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/access.decorators.js';
import type { ApiRequest } from '../auth/api-request.js';
import { SkipRateLimit } from './skip-rate-limit.decorator.js';
import { RateLimiter } from './rate-limiter.js';

/** Counts requests to public routes by address, before anything else is done for them. */
@Injectable()
export class AddressLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimiter,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const isPublic = this.reflector.get(Access, context.getHandler())?.kind === 'public';
    if (
      !isPublic ||
      this.reflector.getAllAndOverride(SkipRateLimit, [context.getHandler(), context.getClass()])
    )
      return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
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
