import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { Access, type AccessRule } from '../auth/access.decorators.js';
import type { AuditAction } from '../audit/audit-action.js';
import { AuditedAction } from '../audit/audited.decorator.js';
import { Conditional, Location, Tagged } from '../http/representation.js';
import { SkipRateLimit } from '../limits/skip-rate-limit.decorator.js';

/** What a handler declares, as the guards and interceptors read it: the document cannot tell another story. */
export interface Route {
  readonly controller: string;
  readonly handler: string;
  readonly access: AccessRule;
  readonly action: AuditAction | undefined;
  readonly isTagged: boolean;
  readonly hasLocation: boolean;
  readonly isConditional: boolean;
  readonly isUnlimited: boolean;
}

/** What joins a route with its operation, until that has a name. */
export const routeKey = (controller: string, handler: string): string => `${controller}.${handler}`;

/** Every route of `app` by its `routeKey`. */
export function routesOf(app: INestApplicationContext): ReadonlyMap<string, Route> {
  const reflector = new Reflector();
  const scanner = new MetadataScanner();
  const controllers = new DiscoveryService(app.get(ModulesContainer)).getControllers();
  const routes = controllers.flatMap(({ metatype }) => {
    const controller = metatype as { name: string; prototype: Record<string, () => unknown> };
    return scanner.getAllMethodNames(controller.prototype).flatMap((handler): Route[] => {
      const method = controller.prototype[handler]!;
      const access = reflector.get(Access, method);
      if (!access) return [];
      return [
        {
          controller: controller.name,
          handler,
          access,
          action: reflector.get(AuditedAction, method),
          isTagged: reflector.get(Tagged, method) ?? false,
          hasLocation: reflector.get(Location, method) !== undefined,
          isConditional: reflector.get(Conditional, method) ?? false,
          isUnlimited:
            reflector.getAllAndOverride(SkipRateLimit, [method, metatype as () => unknown]) ?? false,
        },
      ];
    });
  });
  return new Map(routes.map((route) => [routeKey(route.controller, route.handler), route]));
}
