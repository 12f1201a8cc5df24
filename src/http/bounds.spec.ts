import { describe, expect, it } from '@jest/globals';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { Structured, withinBounds } from './bounds.js';
import { NameField } from './fields.js';
import { ListField } from './list-field.js';

class Base {
  @NameField(10)
  name: string;

  @Structured({ text: 20, entries: 3 })
  parts: unknown;
}

class ThingDto extends Base {
  @MaxLength(5)
  @IsString()
  code: string;

  @IsIn(['a', 'b'])
  kind: string;

  @ListField(2, { name: 'any', isValid: () => true, message: 'must be anything' })
  ids: string[];
}

const excessOf = (input: Record<string, unknown>) =>
  [...withinBounds(input, ThingDto).excess.values()].map(({ pointer, code }) => `${pointer} ${code}`);

describe('withinBounds()', () => {
  it('lets through what is within, and what other checks say more of', () => {
    const input = {
      name: 'x'.repeat(40),
      code: 5,
      kind: 'c',
      ids: ['a', 'b'],
      parts: [{ a: [{ b: null }] }],
    };
    expect(withinBounds(input, ThingDto)).toEqual({ input, excess: new Map() });
  });

  it.each([
    ['text that its validator bounds', { code: 'x'.repeat(21) }, '/code max-length'],
    ['text that a field bounds, of the class before', { name: 'x'.repeat(41) }, '/name max-length'],
    ['text that nothing bounds', { kind: 'x'.repeat(1_001) }, '/kind max-length'],
    ['text in a list', { ids: ['a', 'x'.repeat(1_001)] }, '/ids/1 max-length'],
    ['text in a structure', { parts: [{ 'a/b': ['x'.repeat(81)] }] }, '/parts/0/a~1b/0 max-length'],
    ['a list', { ids: ['a', 'b', 'c'] }, '/ids array-max-size'],
    ['a list where none belongs', { code: Array.from({ length: 51 }) }, '/code array-max-size'],
    [
      'lists in a structure, taken together',
      {
        parts: [[1], [2]],
      },
      '/parts/1 array-max-size',
    ],
  ])('finds %s too large', (_, input, fault) => {
    expect(excessOf(input)).toEqual([fault]);
  });

  it('leaves out what is too large, and what nobody declared', () => {
    const input = { code: 'x'.repeat(21), name: 'CI', more: ['x'.repeat(250_000)] };
    expect(withinBounds(input, ThingDto).input).toEqual({ name: 'CI', more: null });
  });
});
