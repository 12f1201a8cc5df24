import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { Access } from './access.decorators.js';
import type { ApiRequest } from './api-request.js';
import { CredentialInvalid } from './auth.problems.js';
import { requireBearerToken } from './bearer-token.js';

/** Establishes who is calling. Every route but a `@Public()` one needs a valid bearer token. */
@Injectable()
export class BearerGuard extends AuthGuard('bearer') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    if (this.reflector.get(Access, context.getHandler())?.kind === 'public') return true;
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
