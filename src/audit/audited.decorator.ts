import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { AuditAction } from './audit-action.js';

/** The metadata the route check and the record of denials read. */
export const AuditedAction = Reflector.createDecorator<AuditAction>();

/** Names the event that a route leaves in the audit log, also in the API document. Every route that changes something has one. */
export const Audited = (action: AuditAction): MethodDecorator =>
  applyDecorators(AuditedAction(action), ApiExtension('x-audit-action', action));
