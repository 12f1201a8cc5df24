import { describe, expect, it } from '@jest/globals';
import { allAbilities } from '../auth/ability.js';
import { refined } from './schemas.js';

describe('refined()', () => {
  it('names classes as readers know them', () => {
    expect(refined({ $ref: '#/components/schemas/ApiKeyDto' })).toEqual({
      $ref: '#/components/schemas/ApiKey',
    });
  });

  it('renames what a discriminator leads to', () => {
    const discriminator = { propertyName: 'type', mapping: { basic: '#/components/schemas/BasicAuthDto' } };
    expect(refined({ oneOf: [], discriminator }).discriminator?.mapping).toEqual({
      basic: '#/components/schemas/BasicAuth',
    });
  });

  it('puts a description beside a reference', () => {
    expect(refined({ description: 'The owner.', allOf: [{ $ref: '#/components/schemas/UserDto' }] })).toEqual(
      {
        description: 'The owner.',
        $ref: '#/components/schemas/User',
      },
    );
  });

  it('puts null beside alternatives, and what tells them apart with them', () => {
    const discriminator = { propertyName: 'type' };
    const oneOf = [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }];
    expect(refined({ discriminator, anyOf: [{ oneOf }, { type: 'null' }] })).toEqual({
      anyOf: [{ oneOf, discriminator }, { type: 'null' }],
    });
  });

  it('puts null beside alternatives that need nothing to tell them apart', () => {
    const anyOf = [{ type: 'string' }, { type: 'number' }];
    expect(refined({ anyOf: [{ anyOf }, { type: 'null' }] })).toEqual({
      anyOf: [...anyOf, { type: 'null' }],
    });
  });

  it('writes a set of values that has a name as a reference', () => {
    const schema = { type: 'array', items: { type: 'string', enum: [...allAbilities].toReversed() } };
    expect(refined(schema).items).toEqual({ $ref: '#/components/schemas/AbilityName' });
  });

  it('keeps null beside a set of values that has a name', () => {
    expect(
      refined({ type: ['string', 'null'], enum: ['free', 'starter', 'professional', 'team', null] }),
    ).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Plan' }, { type: 'null' }],
    });
  });

  it('puts other sets of values in an order of its own', () => {
    expect(refined({ type: 'string', enum: ['b', 'c', 'a'] }).enum).toEqual(['a', 'b', 'c']);
  });

  it('turns an example into the list that JSON Schema has', () => {
    expect(refined({ type: 'boolean', example: false })).toEqual({ type: 'boolean', examples: [false] });
  });

  it('closes objects, at every depth', () => {
    const inner = { type: 'object', properties: { name: { type: 'string' } } };
    const schema = refined({ type: 'object', properties: { inner, list: { type: 'array', items: inner } } });
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: {
        inner: { additionalProperties: false },
        list: { items: { additionalProperties: false } },
      },
    });
  });

  it('leaves maps open', () => {
    const schema = { type: 'object', additionalProperties: { type: 'string' } };
    expect(refined(schema)).toEqual(schema);
  });

  it('puts the id first', () => {
    const schema = refined({ type: 'object', properties: { name: {}, id: {} } });
    expect(Object.keys(schema.properties!)).toEqual(['id', 'name']);
  });
});
