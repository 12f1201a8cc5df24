import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { toPointer } from './json-path.js';

describe('toPointer()', () => {
  it.each(['', '/status', '/data/0/id', '/a~1b/m~0n', '/', '//'])('takes the pointer %j as it is', (path) => {
    expect(toPointer(path)).toBe(path);
  });

  it.each([
    ['status', '/status'],
    ['data.items.0.id', '/data/items/0/id'],
    ['data.items[0].id', '/data/items/0/id'],
    ['[2].id', '/2/id'],
    ['$', ''],
    ['$.status', '/status'],
    ['$[0][1]', '/0/1'],
    ['a/b', '/a~1b'],
    ['m~n', '/m~0n'],
    ['$ref', '/$ref'],
  ])('turns %s into %j', (path, pointer) => {
    expect(toPointer(path)).toBe(pointer);
  });

  it.each(['/a~', '/a~2', 'a..b', '.a', 'a.', '$.', '$..a', 'a[x]', 'a[', 'a[-1]'])('refuses %s', (path) => {
    expect(toPointer(path)).toBeNull();
  });

  it('gives a pointer that stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const pointer = toPointer(path);
        fc.pre(pointer !== null);
        expect(toPointer(pointer!)).toBe(pointer);
      }),
    );
  });
});
