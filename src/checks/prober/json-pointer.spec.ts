import { describe, expect, it } from '@jest/globals';
import { valueAt } from './json-pointer.js';

const document: unknown = JSON.parse(
  '{"a":{"b":[10,{"c":null}]},"":0,"x/y":1,"m~n":2,"~1":3,"01":4,"__proto__":5,"false":false,"text":"abc"}',
);

describe('valueAt()', () => {
  it.each([
    ['', document],
    ['/a/b/0', 10],
    ['/a/b/1/c', null],
    ['/', 0],
    ['/x~1y', 1],
    ['/m~0n', 2],
    ['/~01', 3],
    ['/01', 4],
    ['/__proto__', 5],
    ['/false', false],
  ])('finds what %j names', (pointer, value) => {
    expect(valueAt(document, pointer)).toEqual(value);
  });

  it.each([
    '/b',
    '/a/b/2',
    '/a/b/-',
    '/a/b/00',
    '/a/b/length',
    '/a/b/1/c/d',
    '/text/0',
    '/text/length',
    '/constructor',
    '/a/',
  ])('finds nothing at %j', (pointer) => {
    expect(valueAt(document, pointer)).toBeUndefined();
  });

  it.each([1, 'text', null, true])('finds nothing within %j', (scalar) => {
    expect(valueAt(scalar, '/a')).toBeUndefined();
    expect(valueAt(scalar, '')).toBe(scalar);
  });
});
