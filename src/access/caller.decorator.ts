import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from './api-request.js';

/** The principal behind the request. Routes that are not `@Public()` always have one. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<ApiRequest>().user,
);

/** The request as the audit log tells of it, for routes that have no caller yet. */
export const Context = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<ApiRequest>().context,
);

/** The metadata of routes that take `@IfMatch()`, for the API document. */
export const ReadsIfMatch = Reflector.createDecorator<void, true>({ transform: () => true });

const markRoute: ParameterDecorator = (target, member) =>
  ReadsIfMatch()(target, member!, Object.getOwnPropertyDescriptor(target, member!)!);

/** The `If-Match` header, or undefined. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<ApiRequest>().headers['if-match'],
  [markRoute],
);
