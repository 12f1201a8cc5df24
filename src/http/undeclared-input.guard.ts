import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { ApiRequest } from '../auth/api-request.js';
import { isObject, unknownMembers, unknownParameters } from './validation-issue.js';
import { throwIfInvalid } from './validation.pipe.js';

/** What a handler takes from a request. */
interface Intake {
  readonly body: boolean;
  readonly query: boolean;
}

const intakes = new WeakMap<object, Intake>();

/** The type that Nest notes of a parameter, as `<type>:<index>`. Those of our own decorators begin with random text, which may be digits. */
const parameterType = (key: string): number => Number(/^(\d+):\d+$/.exec(key)?.[1] ?? Number.NaN);

function intakeOf(context: ExecutionContext): Intake {
  const handler = context.getHandler();
  let intake = intakes.get(handler);
  if (!intake) {
    const metadata = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) as object;
    const taken = new Set(Object.keys(metadata ?? {}).map(parameterType));
    intake = { body: taken.has(RouteParamtypes.BODY), query: taken.has(RouteParamtypes.QUERY) };
    intakes.set(handler, intake);
  }
  return intake;
}

/**
 * Refuses query parameters and members of a body where a route takes none at all, so that no typo is
 * ignored. Where it takes some, `ValidationPipe` knows which. Routes without a version are for machines that
 * add parameters of their own, and ignore them.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { routeOptions, query, body } = context.switchToHttp().getRequest<ApiRequest>();
    if (!routeOptions.url?.startsWith('/v1/')) return true;
    const intake = intakeOf(context);
    throwIfInvalid([
      ...(intake.query ? [] : unknownParameters(Object.keys(query as object))),
      ...(intake.body || !isObject(body) ? [] : unknownMembers(body, [], '')),
    ]);
    return true;
  }
}
