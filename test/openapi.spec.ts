import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { messageTypes } from '../src/notifications/senders/message.js';
import { created, over, test } from './incident-message.js';
import type { ApiDocument, MediaType, Operation, Response, Schema } from '../src/docs/openapi.js';

/** The committed document. `npm run openapi:check` says whether it is what the code says. */
const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as ApiDocument;
const { components } = document;

const ajv = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
});
addFormats.default(ajv);
ajv.addKeyword('discriminator');
/** The schema with its references written as JSON Schema has them; those of the document are added once. */
const withDefinitions = (schema: unknown, root: string): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', `${root}#/$defs/`)) as object;
ajv.addSchema(withDefinitions({ $id: 'document', $defs: components.schemas }, ''));

/** Compiles strictly: a keyword that JSON Schema does not know is a fault. */
const compile = (schema: Schema): ValidateFunction => ajv.compile(withDefinitions(schema, 'document'));

const issuesOf = (schema: Schema, value: unknown): string[] => {
  const validate = compile(schema);
  return validate(value)
    ? []
    : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
};

function resolve<T extends object>(value: T | { readonly $ref: string }): T {
  if (!('$ref' in value)) return value;
  const [, , kind, name] = value.$ref.split('/');
  return (components as unknown as Record<string, Record<string, T>>)[kind!]![name!]!;
}

interface Named {
  readonly name: string;
  readonly method: string;
  readonly operation: Operation;
}

const operations: Named[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method,
    operation,
  })),
);

const responsesOf = ({ responses }: Operation): Array<[status: string, response: Response]> =>
  Object.entries(responses).map(([status, response]) => [status, resolve<Response>(response)]);

const examplesOf = ({ example, examples }: MediaType): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples ?? {}).map((each) => resolve<{ readonly value: unknown }>(each as never).value),
];

/** The members of an object that only a placeholder could be an example of. */
const untold = (schema: Schema): string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([member, { type, ...facts }]) => {
    const isTold = ['examples', 'enum', 'const', 'default', 'format', '$ref'].some((fact) => fact in facts);
    return type === 'string' && !isTold ? [member] : [];
  });

describe('docs/openapi.json', () => {
  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  });

  it.each(Object.entries(components.schemas))('has in %s a schema that compiles', (_, schema) => {
    expect(() => compile(schema)).not.toThrow();
  });

  it.each(Object.entries(components.schemas))('gives %s examples that are valid', (_, schema) => {
    const properties = Object.values(schema.properties ?? {});
    const issues = properties.flatMap((each) =>
      (each.examples ?? []).flatMap((value) => issuesOf(each, value)),
    );
    expect(issues).toEqual([]);
  });

  it.each(Object.entries(components.schemas))('tells in %s what every text looks like', (_, schema) => {
    expect(untold(schema)).toEqual([]);
  });

  it('closes the schema of every object but that of problems, which may have members of their own', () => {
    const open = Object.entries(components.schemas).filter(
      ([, { type, additionalProperties }]) => type === 'object' && additionalProperties !== false,
    );
    expect(open.map(([name]) => name)).toEqual(['Problem']);
  });

  it('tells in every schema first what must be there', () => {
    const mixed = Object.entries(components.schemas).filter(([, { properties = {}, required = [] }]) => {
      const isRequired = Object.keys(properties).map((member) => required.includes(member));
      return isRequired.includes(false) && isRequired.lastIndexOf(true) > isRequired.indexOf(false);
    });
    expect(mixed.map(([name]) => name)).toEqual([]);
  });

  it('has an operation for every ability of the catalogue', () => {
    const used = new Set<unknown>(
      operations.flatMap(({ operation }) => operation['x-required-abilities'] ?? []),
    );
    expect(components.schemas['AbilityName']!.enum!.filter((ability) => !used.has(ability))).toEqual([]);
  });

  it('has its groups in the order in which one needs them', () => {
    expect(document.tags.map(({ name }) => name).slice(0, 3)).toEqual(['Sign-in', 'Account', 'Monitors']);
    const used = new Set(operations.flatMap(({ operation }) => operation.tags));
    expect(new Set(document.tags.map(({ name }) => name))).toEqual(used);
  });

  const exampleOf = (type: string): any =>
    (document.webhooks![type]!.post.requestBody.content['application/json']!.example as any).data;

  it('tells of every message that is sent to webhooks, with an example that is valid', () => {
    const bodies = Object.entries(document.webhooks!).map(([type, { post }]) => ({
      type,
      ...post.requestBody.content['application/json']!,
    }));
    expect(bodies.map(({ type }) => type)).toEqual(
      messageTypes.filter((type) => type !== 'channel.confirmation'),
    );
    expect(bodies.flatMap(({ schema, example }) => issuesOf(schema, example))).toEqual([]);
    for (const message of [created, over, test])
      expect(issuesOf(bodies.find(({ type }) => type === message.type)!.schema, message)).toEqual([]);
  });

  it.each([
    [
      'incident.created',
      { status: 'open', resolvedAt: null, durationSeconds: null, resolution: null },
      { reopenCount: 0, flapping: false, allClearAfterSeconds: null },
    ],
    [
      'incident.reopened',
      { status: 'open', resolvedAt: null, durationSeconds: null, resolution: null },
      { reopenCount: 1, flapping: true, allClearAfterSeconds: 900 },
    ],
    [
      'incident.resolved',
      { status: 'resolved', resolvedAt: expect.any(String), durationSeconds: 1_020, resolution: 'recovered' },
      { reopenCount: 0, flapping: false, allClearAfterSeconds: null },
    ],
  ])('shows %s as it is sent', (type, ending, coming) => {
    const { incident, check } = exampleOf(type);
    expect(incident).toMatchObject({ ...ending, ...coming });
    expect(check.error === null).toBe(type === 'incident.resolved');
  });

  it('shows monitoring.blind and monitoring.restored as they are sent', () => {
    const [blind, restored] = ['monitoring.blind', 'monitoring.restored'].map(
      (type) => exampleOf(type).blindness,
    );
    expect(blind).toMatchObject({ endedAt: null, durationSeconds: null, unknownMonitors: 12 });
    expect(restored).toMatchObject({
      endedAt: expect.any(String),
      durationSeconds: 1_020,
      unknownMonitors: 0,
    });
  });

  it('says in half a sentence what each operation does', () => {
    const summaries = operations.map(({ operation }) => operation.summary);
    expect(summaries.filter((summary) => summary.length > 100 || /[.\n]/.test(summary))).toEqual([]);
  });

  it('gives every operation a name of its own', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(names).toHaveLength(new Set(names).size);
  });
});

describe.each(operations)('$name in docs/openapi.json', ({ method, operation }) => {
  const isPublic = operation.security.length === 0;

  it('says who may use it', () => {
    expect(isPublic || Array.isArray(operation['x-required-abilities'])).toBe(true);
  });

  it('names the event it leaves if it changes something', () => {
    expect(typeof operation['x-audit-action']).toBe(method === 'get' ? 'undefined' : 'string');
  });

  it('describes each of its parameters', () => {
    const parameters = operation.parameters.map((parameter) => resolve<{ description?: string }>(parameter));
    expect(parameters.filter(({ description }) => !description)).toEqual([]);
  });

  it('has an example of its body that is valid', () => {
    const bodies = Object.values(operation.requestBody?.content ?? {});
    expect(bodies.filter((media) => examplesOf(media).length === 0)).toEqual([]);
    expect(
      bodies.flatMap((media) => examplesOf(media).flatMap((value) => issuesOf(media.schema, value))),
    ).toEqual([]);
  });

  it('has examples of all its answers that are valid', () => {
    const answers = responsesOf(operation).flatMap(([, { content }]) => Object.values(content ?? {}));
    expect(answers.filter((media) => examplesOf(media).length === 0)).toEqual([]);
    expect(
      answers.flatMap((media) => examplesOf(media).flatMap((value) => issuesOf(media.schema, value))),
    ).toEqual([]);
  });

  it('answers every failure with a problem of its status', () => {
    const failures = responsesOf(operation).filter(([status]) => Number(status) >= 400);
    const statuses = failures.map(([status, { content }]) => [
      status,
      ...examplesOf(content!['application/problem+json']!).map((body) => (body as { status: number }).status),
    ]);
    expect(statuses.filter(([status, ...told]) => told.some((each) => each !== Number(status)))).toEqual([]);
  });

  it('tells the id of the request on every answer', () => {
    const silent = responsesOf(operation).filter(([, { headers }]) => !headers?.['Request-Id']);
    expect(silent).toEqual([]);
  });

  it('refuses a missing credential unless it is public', () => {
    const codes = Object.keys(
      responsesOf(operation).find(([status]) => status === '401')?.[1].content?.['application/problem+json']
        ?.examples ?? {},
    );
    expect(codes.includes('credential-missing')).toBe(!isPublic);
  });
});
