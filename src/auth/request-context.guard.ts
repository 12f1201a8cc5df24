import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type ApiRequest, contextOf } from './api-request.js';

/** Notes what a request is made with, first of all guards. It refuses none. */
@Injectable()
export class RequestContextGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    request.context = contextOf(request);
    request.handler = context.getHandler() as () => unknown;
    return true;
  }
}
