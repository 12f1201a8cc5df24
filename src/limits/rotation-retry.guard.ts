import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from '../auth/api-request.js';
import { Idempotency } from './idempotency.js';
import { repeatRotation } from './idempotency.guard.js';
import { RetryWithOldToken } from './retry-with-old-token.decorator.js';

/** Has authentication answer the repetition of a rotation that is sent with the old token. It refuses no request. */
@Injectable()
export class RotationRetryGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: Idempotency,
  ) {}

  canActivate(context: ExecutionContext): true {
    if (!this.reflector.get(RetryWithOldToken, context.getHandler())) return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    request.context.repeat = repeatRotation(this.idempotency, request);
    return true;
  }
}
