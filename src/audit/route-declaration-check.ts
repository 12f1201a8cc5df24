import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Access } from '../auth/access.decorators.js';
import { AuditedAction } from './audited.decorator.js';

const READING = new Set([RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS]);

/**
 * Stops the program at start when a route does not declare who may use it, or changes something and does
 * not declare the event it leaves in the audit log.
 */
@Injectable()
export class RouteDeclarationCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const faults = this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      if (!instance || !metatype) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .flatMap((name) =>
          this.faultsOf(prototype[name]!).map((fault) => `${metatype.name}.${name} ${fault}`),
        );
    });
    if (faults.length > 0) throw new Error(`Routes are not declared as they must be:\n${faults.join('\n')}`);
  }

  private faultsOf(handler: () => unknown): string[] {
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const faults: string[] = [];
    if (!this.reflector.get(Access, handler)) faults.push('declares no access');
    if (!READING.has(method) && !this.reflector.get(AuditedAction, handler))
      faults.push('declares no audit action');
    return faults;
  }
}
