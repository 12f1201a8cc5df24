import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Ability, missingAbilities } from './ability.js';
import { AbilityMissing, SessionRequired } from './auth.problems.js';
import { Access } from './access.decorators.js';
import type { ApiRequest } from './api-request.js';
import { demand } from './authority.js';
import type { Principal } from './principal.js';

/**
 * Lets a request through only if its caller holds every ability the route requires, and is a person where
 * the route is for people.
 *
 * A route that declares no access is refused. The program does not start with one either: see `RouteDeclarationCheck`.
 */
@Injectable()
export class AbilitiesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = this.reflector.get(Access, context.getHandler());
    if (!rule) throw new Error(`${context.getClass().name}.${context.getHandler().name} declares no access`);
    if (rule.kind === 'public' || rule.kind === 'any-caller') return true;

    demand(context.switchToHttp().getRequest<ApiRequest>(), (caller) => {
      if (rule.kind === 'session') requireSession(caller);
      requireAbilities(caller, rule.abilities);
    });
    return true;
  }
}

function requireSession(caller: Principal): void {
  if (caller.sessionId === null)
    throw new SessionRequired('Sign in and use the session token: an API key cannot do this.');
}

/** Throws `AbilityMissing` when `caller` lacks any of `required`. */
export function requireAbilities(caller: Principal, required: readonly Ability[]): void {
  const missing = missingAbilities(caller.abilities, required);
  if (missing.length > 0)
    throw new AbilityMissing(`This needs ${required.join(', ')}, and you lack ${missing.join(', ')}.`, {
      required,
      missing,
    });
}
