import { describe, expect, it } from '@jest/globals';
import { Examples } from './examples.js';
import type { Schema } from './openapi.js';

const text: Schema = { type: 'string', examples: ['some text'] };
const schemas: Record<string, Schema> = {
  Thing: { type: 'object', properties: { name: text }, required: ['name'] },
};
const thing: Schema = { $ref: '#/components/schemas/Thing' };
const exampleOf = (schema: Schema, name?: string): unknown => new Examples(schemas).of(schema, name);

describe('Examples', () => {
  it('puts the examples of the parts together', () => {
    expect(exampleOf({ type: 'array', items: thing })).toEqual([{ name: 'some text' }]);
  });

  it('prefers an example to what it could make', () => {
    expect(exampleOf({ ...thing, examples: [{ name: 'another' }] })).toEqual({ name: 'another' });
  });

  it('shows a value rather than null', () => {
    expect(exampleOf({ anyOf: [{ type: 'null' }, thing] })).toEqual({ name: 'some text' });
  });

  it('shows null rather than a made-up text', () => {
    expect(exampleOf({ type: ['string', 'null'] })).toBeNull();
  });

  it('has the first of the values that are allowed', () => {
    expect(exampleOf({ type: 'string', enum: ['b', 'a'] })).toBe('b');
  });

  it('ends things after they began', () => {
    const moment: Schema = { type: 'string', format: 'date-time' };
    expect(exampleOf(moment, 'expiresAt')! > exampleOf(moment, 'createdAt')!).toBe(true);
  });

  it('leaves out members that are optional and have no example', () => {
    expect(exampleOf({ type: 'object', properties: { name: text, note: { type: 'string' } } })).toEqual({
      name: 'some text',
    });
  });

  it('for requests names nothing that only another server has, and no secret, unless it must', () => {
    const properties: Record<string, Schema> = {
      name: text,
      projectId: { type: 'string', examples: ['prj_01jd8x0000e3vb6qk4mzt5w7ya'] },
      monitorIds: { type: 'array', examples: [['mon_01jd8x0000e3vb6qk4mzt5w7ya']] },
      secret: { type: 'string', examples: ['whsec_x'], writeOnly: true },
      teamId: { type: 'string', examples: ['team_01jd8x0000e3vb6qk4mzt5w7ya'] },
    };
    const schema: Schema = { type: 'object', properties, required: ['teamId'] };
    expect(new Examples({}, true).of(schema)).toEqual({
      name: 'some text',
      teamId: 'team_01jd8x0000e3vb6qk4mzt5w7ya',
    });
    expect(Object.keys(new Examples({}).of(schema) as object)).toEqual(Object.keys(properties));
  });

  it('keeps within the least a number may be', () => {
    expect(exampleOf({ type: 'integer', minimum: 60 })).toBe(60);
  });

  it('says which schema is not there', () => {
    expect(() => exampleOf({ $ref: '#/components/schemas/Nothing' })).toThrow('There is no schema Nothing');
  });
});
