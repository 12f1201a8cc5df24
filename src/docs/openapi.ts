/** The parts of OpenAPI 3.1 that the API document uses. */

export interface Reference {
  readonly $ref: string;
}

/** A JSON Schema (2020-12), or a reference to one with facts beside it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  writeOnly?: boolean;
  additionalProperties?: boolean | Schema;
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

export interface Header {
  readonly description: string;
  readonly schema: Schema;
}

export interface Example {
  readonly summary: string;
  readonly value: unknown;
}

export interface MediaType {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, Example | Reference>;
}

export interface Response {
  description: string;
  headers?: Record<string, Reference>;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Array<Record<string, string[]>>;
  parameters: Array<Parameter | Reference>;
  requestBody?: { required: boolean; content: Record<string, MediaType> };
  responses: Record<string, Response | Reference>;
  [extension: `x-${string}`]: unknown;
}

/** What the server sends to whoever asked for it: a request like those of `paths`, the other way round. */
export interface Webhook {
  readonly post: Pick<
    Operation,
    'operationId' | 'summary' | 'description' | 'tags' | 'security' | 'parameters'
  > & {
    readonly requestBody: { readonly required: true; readonly content: Record<string, MediaType> };
    readonly responses: Record<string, Response>;
  };
}

export interface Tag {
  readonly name: string;
  readonly description: string;
}

export interface Components {
  securitySchemes: Record<string, unknown>;
  schemas: Record<string, Schema>;
  parameters: Record<string, Parameter>;
  responses: Record<string, Response>;
  headers: Record<string, Header>;
  examples: Record<string, Example>;
}

export interface ApiDocument {
  openapi: string;
  info: Record<string, unknown>;
  servers: Array<{ readonly url: string; readonly description: string }>;
  tags: Tag[];
  paths: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, Webhook>;
  components: Components;
}

export const JSON_TYPE = 'application/json';
export const PROBLEM_TYPE = 'application/problem+json';

const POINTER = '#/components/';

export const referTo = (kind: keyof Components, name: string): Reference => ({
  $ref: `${POINTER}${kind}/${name}`,
});

/** What a reference to a schema names. */
export const nameOf = ({ $ref }: Reference): string => $ref.slice($ref.lastIndexOf('/') + 1);

/** What `schema` refers to, or the schema itself. */
export function resolve(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  if (!schema.$ref) return schema;
  const name = nameOf({ $ref: schema.$ref });
  const target = schemas[name];
  if (!target) throw new Error(`There is no schema ${name}`);
  return target;
}

/** `record` with `change` applied to each of its values. */
export const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
