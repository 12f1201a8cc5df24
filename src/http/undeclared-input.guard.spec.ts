import { type ExecutionContext, Get, Query } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { UndeclaredInputGuard } from './undeclared-input.guard.js';

class Routes {
  @Get() takesNothing(): void {}
  @Get() takesQuery(@Query() _query: object): void {}
}

const admits = (handler: () => void, query: object): boolean => {
  const request = { routeOptions: { url: '/v1/x' }, query, body: undefined };
  return new UndeclaredInputGuard().canActivate({
    getHandler: () => handler,
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext);
};

describe('UndeclaredInputGuard', () => {
  it('takes a parameter of our own decorators for none of the input, whatever its random name begins with', () => {
    const random = { '4xY__customRouteArgs__:0': { index: 0 }, '4__customRouteArgs__:1': { index: 1 } };
    Reflect.defineMetadata(ROUTE_ARGS_METADATA, random, Routes, 'takesNothing');
    expect(() => admits(Routes.prototype.takesNothing, { verbose: '1' })).toThrow('not valid');
  });

  it('leaves what a route takes to its validation', () => {
    expect(admits(Routes.prototype.takesQuery as () => void, { verbose: '1' })).toBe(true);
  });
});
