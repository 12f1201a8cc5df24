import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { Access } from '../access/access.js';
import { type ApiRequest, contextOf } from '../access/api-request.js';
import { CredentialInvalid } from '../access/access.problems.js';
import { Idempotency } from '../limits/idempotency.js';
import { repeatRotation } from '../limits/idempotency.guard.js';
import { RetryWithOldToken } from '../limits/retry-with-old-token.decorator.js';
import { requireBearerToken } from './bearer-token.js';

/** Establishes who is calling. Every route but a `@Public()` one needs a valid bearer token. */
@Injectable()
export class BearerGuard extends AuthGuard('bearer') {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: Idempotency,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    request.context = contextOf(request);
    request.handler = context.getHandler() as () => unknown;
    if (this.reflector.get(Access, context.getHandler())?.kind === 'public') return true;
    if (this.reflector.get(RetryWithOldToken, context.getHandler()))
      request.context.repeat = repeatRotation(this.idempotency, request);
    // The strategy splits at each blank, where RFC 9110 allows several before the token.
    request.headers.authorization = `Bearer ${requireBearerToken(request)}`;
    try {
      return (await super.canActivate(context)) as boolean;
    } finally {
      // It holds the request with its body, and the context lives on in what is noted of the request.
      request.context.repeat = undefined;
    }
  }

  override handleRequest<Principal>(error: unknown, principal: Principal | false): Principal {
    if (error) throw error;
    if (!principal) throw new CredentialInvalid('The token is not known here.');
    return principal;
  }
}
