import { describe, expect, it } from '@jest/globals';
import type { ApiDocument, Operation } from './openapi.js';
import { sorted, withoutUnused } from './tidy.js';

const operation = (schema: string): Operation => ({
  operationId: schema,
  summary: '',
  description: '',
  tags: [],
  security: [],
  parameters: [],
  responses: {
    200: {
      description: '',
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
    },
  },
});

const document: ApiDocument = {
  openapi: '3.1.1',
  info: {},
  servers: [],
  tags: [],
  paths: { '/b': { delete: operation('B'), get: operation('B') }, '/a': { get: operation('B') } },
  components: {
    securitySchemes: { bearer: {} },
    schemas: {
      Unused: { type: 'string' },
      B: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' } } },
      A: { type: 'array', items: { $ref: '#/components/schemas/B' } },
    },
    parameters: {},
    responses: {},
    headers: {},
    examples: {},
  },
};

describe('sorted()', () => {
  it('lists paths by name', () => {
    expect(Object.keys(sorted(document).paths)).toEqual(['/a', '/b']);
  });

  it('lists reading before deleting', () => {
    expect(Object.keys(sorted(document).paths['/b']!)).toEqual(['get', 'delete']);
  });

  it('lists components by name', () => {
    expect(Object.keys(sorted(document).components.schemas)).toEqual(['A', 'B', 'Unused']);
  });
});

describe('withoutUnused()', () => {
  it('keeps what is used by way of others, also in a circle', () => {
    expect(Object.keys(withoutUnused(document).components.schemas)).toEqual(['B', 'A']);
  });

  it('keeps security schemes, which are named and not referred to', () => {
    expect(withoutUnused(document).components.securitySchemes).toEqual({ bearer: {} });
  });
});
