import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

/** The metadata of routes that answer one resource with an `ETag`. */
export const Tagged = Reflector.createDecorator<void, true>({ transform: () => true });

/** The metadata of routes that change a tagged resource, and hold the conditions of the request against it. */
export const Conditional = Reflector.createDecorator<void, true>({ transform: () => true });

/** The metadata of routes that create: the address of what they created, with `{id}` in it. */
export const Location = Reflector.createDecorator<string>();

/** A route that creates a resource, and says in `Location` where it is. */
export const Creates = (address: string): MethodDecorator => applyDecorators(Tagged(), Location(address));
