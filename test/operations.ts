import type { Ability } from '../src/auth/ability.js';
import type { AuditAction } from '../src/audit/audit-action.js';
import type { ApiDocument, Parameter, Reference, Schema } from '../src/docs/openapi.js';
import { apiDocument } from './contract.js';

/** An operation, as the API document tells of it. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With the names of its parameters in braces. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly isForPeople: boolean;
  readonly required: readonly Ability[];
  readonly action: AuditAction | null;
  /** Those of the path and the query. */
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
}

const document = apiDocument as unknown as ApiDocument;
export const { schemas } = document.components;

const resolve = (parameter: Parameter | Reference): Parameter =>
  '$ref' in parameter ? document.components.parameters[parameter.$ref.split('/').at(-1)!]! : parameter;

/** Every operation of the API document. */
export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    isPublic: operation.security.length === 0,
    isForPeople: operation['x-session-only'] === true,
    required: (operation['x-required-abilities'] ?? []) as Ability[],
    action: (operation['x-audit-action'] ?? null) as AuditAction | null,
    parameters: operation.parameters.map(resolve).filter((parameter) => parameter.in !== 'header'),
    body: operation.requestBody?.content['application/json']?.schema ?? null,
  })),
);

/** The path with `values` in the place of its parameters. */
export const fill = (path: string, values: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
