import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Ability } from './ability.js';

/** Who may use a route. */
export type AccessRule =
  | { readonly kind: 'abilities'; readonly abilities: readonly Ability[] }
  | { readonly kind: 'any-caller' }
  | { readonly kind: 'session'; readonly abilities: readonly Ability[] }
  | { readonly kind: 'public' };

/** The metadata the guards read. Routes use one of the decorators below. */
export const Access = Reflector.createDecorator<AccessRule>();

const declare =
  (rule: AccessRule, ...documentation: MethodDecorator[]): MethodDecorator =>
  (target, member, descriptor: PropertyDescriptor) => {
    if (Reflect.hasMetadata(Access.KEY, descriptor.value))
      throw new Error(`${target.constructor.name}.${String(member)} declares its access twice`);
    applyDecorators(Access(rule), ...documentation)(target, member, descriptor);
  };

/** Closes a route to callers that lack any of `abilities`. */
export function RequireAbilities(...abilities: Ability[]): MethodDecorator {
  if (abilities.length === 0) throw new Error('@Requires() names no ability');
  return declare(
    { kind: 'abilities', abilities },
    ApiBearerAuth(),
    ApiExtension('x-required-abilities', abilities),
  );
}

/** Opens a route to every valid credential, whatever its abilities. */
export const Authenticated = (): MethodDecorator =>
  declare({ kind: 'any-caller' }, ApiBearerAuth(), ApiExtension('x-required-abilities', []));

/** Closes a route to API keys, and to people whose role lacks any of `abilities`. */
export const SessionOnly = (...abilities: Ability[]): MethodDecorator =>
  declare(
    { kind: 'session', abilities },
    ApiBearerAuth(),
    ApiExtension('x-session-only', true),
    ApiExtension('x-required-abilities', abilities),
  );

/** Opens a route to everybody. */
export const Public = (): MethodDecorator => declare({ kind: 'public' }, ApiSecurity({}));
