import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { JsonError, parseJsonObject } from './json.js';

const parse = (text: string) => parseJsonObject(Buffer.from(text));
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** A number that a body may hold: an integer that is exact, or one with a fraction or an exponent. */
const number = fc
  .oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .filter((value) => /[.e]/.test(JSON.stringify(value)) || Number.isSafeInteger(value))
  .map((value) => (Object.is(value, -0) ? 0 : value));
const name = fc
  .string({ unit: 'binary' })
  .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
const { object } = fc.letrec((tie) => ({
  object: fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    number,
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 5 }),
    tie('object'),
  ),
}));

/** What `work` returns, or what it throws. */
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('parseJsonObject()', () => {
  it('reads every object within its bounds as JSON.parse does', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(Buffer.from(text).toString() === text); // half a surrogate pair is no UTF-8
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes nothing that JSON.parse does not, and refuses with one kind of error', () => {
    const fragment = fc.constantFrom(
      ...'{ } [ ] : , " \\ "a" "b" 1 - . e5 true null \\" \\u0061'.split(' '),
      ' ',
    );
    const almost = fc.array(fragment, { maxLength: 12 }).map((parts) => `{${parts.join('')}}`);
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: 'binary' })), (text) => {
        const outcome = attempt(() => parse(text));
        expect(outcome).toEqual(outcome instanceof JsonError ? outcome : attempt(() => JSON.parse(text)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('refuses bytes that are no JSON with one kind of error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(() => parseJsonObject(bytes)).toThrow(JsonError);
      }),
    );
  });

  it('finds a member that is named twice, wherever it is', () => {
    fc.assert(
      fc.property(object, name, fc.nat(3), (inner, name, depth) => {
        const twice = `{${JSON.stringify(name)}:${JSON.stringify(inner)},${JSON.stringify(name)}:0}`;
        const text = `${'{"x":['.repeat(depth)}${twice}${']}'.repeat(depth)}`;
        fc.pre(Buffer.from(text).toString() === text);
        expect(() => parse(text)).toThrow('twice');
      }),
    );
  });

  it('lets the same name be in two objects', () => {
    expect(parse('{"a":{"x":1},"b":{"x":2},"c":[{"x":3},{"x":4}],"x":5}')).toEqual({
      a: { x: 1 },
      b: { x: 2 },
      c: [{ x: 3 }, { x: 4 }],
      x: 5,
    });
  });

  it('takes quotes, braces and colons in strings for what they are', () => {
    const tricky = { 'a":{"b': '}]:,"\\', '\\': '[[[[', c: '\\"' };
    expect(parse(JSON.stringify(tricky))).toEqual(tricky);
  });

  it.each([
    ['32 levels', nested(32)],
    ['1,000 members', JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, i])))],
    ['a name of 128 characters', `{"${'a'.repeat(128)}":1}`],
    ['the largest exact integer', '{"a":9007199254740991,"b":-9007199254740991}'],
    ['the largest double', '{"a":1.7976931348623157e308}'],
  ])('takes %s', (_, text) => expect(parse(text)).toEqual(JSON.parse(text)));

  it.each([
    ['33 levels', nested(33), 'nested deeper than 32'],
    ['33 levels of arrays', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'nested deeper than 32'],
    [
      '1,001 members',
      JSON.stringify({ a: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, i])) }),
      'more than 1000 members',
    ],
    ['a name of 129 characters', `{"${'a'.repeat(129)}":1}`, 'more than 128 characters'],
    ['an integer that is not exact', '{"a":9007199254740992}', 'cannot be held exactly'],
    ['one below zero', '{"a":-9007199254740993}', 'cannot be held exactly'],
    ['a number that is not finite', '{"a":1e309}', 'cannot be held exactly'],
    ['a prototype', '{"__proto__":1}', '__proto__'],
    ['a hidden prototype', '{"\\u005f\\u005fproto__":1}', '__proto__'],
    ['a constructor', '{"a":{"constructor":1}}', 'constructor'],
    ['an array', '[]', 'must be a JSON object'],
    ['a string', '"{}"', 'must be a JSON object'],
    ['null', 'null', 'must be a JSON object'],
    ['nothing', '', 'is not JSON'],
    ['a string that does not end', '{"a":"b', 'is not JSON'],
    ['a name that does not end', '{"a', 'is not JSON'],
    ['a broken escape', '{"\\u00zz":1}', 'is not JSON'],
  ])('refuses %s, and says so', (_, text, message) => {
    expect(() => parse(text)).toThrow(JsonError);
    expect(() => parse(text)).toThrow(message);
  });

  it('repeats nothing of the body in what it says', () => {
    for (const text of ['{"a":hunter2}', '{"a":"b"} hunter2', '{"a":"\nhunter2"}', '{hunter2}'])
      expect(() => parse(text)).toThrow(/^(?!.*hunter).*$/s);
  });

  it.each([
    ['10 kB nested 5,000 deep', nested(5_000).slice(0, 10_000), 20],
    ['256 kB of quotes', '"'.repeat(262_144), 200],
    ['256 kB of escaped quotes', `{"a":"${'\\"'.repeat(131_000)}`, 200],
    ['256 kB of backslashes', `{"a":"${'\\'.repeat(262_000)}`, 200],
    ['256 kB of digits', `{"a":${'1'.repeat(262_000)}}`, 200],
    ['256 kB of minus signs', `{"a":${'-'.repeat(262_000)}}`, 200],
    ['256 kB of blanks', `{"a":${' '.repeat(262_000)}}`, 200],
    ['256 kB of numbers', `{"a":[${'1,'.repeat(130_000)}]}`, 400],
    ['256 kB of commas', `{"a":${','.repeat(262_000)}}`, 200],
  ])('refuses %s in no time', (_, text, milliseconds) => {
    const started = performance.now();
    expect(() => parse(text)).toThrow(JsonError);
    expect(performance.now() - started).toBeLessThan(milliseconds);
  });
});
