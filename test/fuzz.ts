import * as fc from 'fast-check';
import { mapValues, resolve, type Schema } from '../src/docs/openapi.js';
import { anything } from './awkward.js';
import { type Operation, schemas } from './operations.js';

/** A request as it is sent: nobody has looked at it before. */
export interface FuzzedRequest {
  readonly url: string;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

const ID = /^[a-z]+_[0-9a-z]{26}$/;

/** Makes values that are about what a schema asks for: most of each is right, and something often is not. */
export class Fuzz {
  /** @param ids what stands where an id belongs */
  constructor(private readonly ids: readonly string[]) {}

  request(operation: Operation): fc.Arbitrary<FuzzedRequest> {
    const { path, parameters, body } = operation;
    const [inPath, inQuery] = (['path', 'query'] as const).map((place) =>
      Object.fromEntries(
        parameters.filter((each) => each.in === place).map(({ name, schema }) => [name, this.text(schema)]),
      ),
    );
    const query = fc.tuple(
      fc.record(inQuery!, { requiredKeys: [] }),
      rarely<Record<string, string>>({}, fc.constant({ more: '1' })),
    );
    return fc.record({
      url: fc
        .tuple(
          fc.record(inPath!),
          query,
          rarely('', fc.constantFrom('&limit=1&limit=2', '&a[b]=1', '&%zz', '&=')),
        )
        .map(([values, searches, raw]) => {
          const target = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);
          const search = searches.flatMap((each) =>
            Object.entries(each).map(([name, value]) => `${name}=${value}`),
          );
          return `${target}?${search.join('&')}${raw}`;
        }),
      body: body ? this.body(body) : fc.constant(undefined),
      headers: fc.record(headers, { requiredKeys: [] }),
    });
  }

  /** JSON for the most part, which the client writes out; otherwise bytes as they are sent. */
  private body(schema: Schema): fc.Arbitrary<unknown> {
    return fc.oneof(
      { weight: 16, arbitrary: this.about(schema) },
      { weight: 2, arbitrary: anything.map((value) => JSON.stringify(value)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', '{', '{"a":1,"a":2}', '[]', 'null', '{}{}', '{"a":1e999}', '\ufeff{}'),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
    );
  }

  /** A value as it stands in a URL. */
  private text(schema: Schema): fc.Arbitrary<string> {
    const written = this.about(schema).map((value) => encodeURIComponent(textOf(value)));
    return rarely(written, fc.constantFrom('%zz', '%00', '%c0%80', '%2e%2e%2f', '%', 'a%2Fb', '+', ';'));
  }

  private about(schema: Schema): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 11, arbitrary: this.fitting(schema) }, { weight: 1, arbitrary: anything });
  }

  private fitting(schema: Schema): fc.Arbitrary<unknown> {
    const { oneOf, anyOf, examples = [], type, ...facts } = resolve(schema, schemas);
    const alternatives = oneOf ?? anyOf;
    if (alternatives) return fc.oneof(...alternatives.map((each) => this.fitting(each)));
    if (facts.enum) return fc.constantFrom(...facts.enum);
    if (facts.const !== undefined) return fc.constant(facts.const);
    if (examples.some((example) => ID.test(String(example))))
      return fc.constantFrom(...this.ids, ...examples);
    const made = fc.oneof(...[type ?? 'null'].flat().map((each) => this.ofType(each, facts)));
    return examples.length === 0 ? made : fc.oneof(fc.constantFrom(...examples), made);
  }

  private ofType(type: string, facts: Omit<Schema, 'type'>): fc.Arbitrary<unknown> {
    const { minimum = 0, maximum = 2 ** 31, minLength = 0, maxLength = 100, items, maxItems = 10 } = facts;
    if (type === 'integer' || type === 'number') return around(minimum, maximum);
    if (type === 'boolean') return fc.boolean();
    if (type === 'array')
      return items ? fc.array(this.about(items), { maxLength: maxItems + 1 }) : fc.constant([]);
    if (type === 'object') return this.object(facts);
    if (type === 'null') return fc.constant(null);
    const lengths = fc.constantFrom(minLength, maxLength, maxLength + 1).map((length) => 'x'.repeat(length));
    return fc.oneof(fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 50) }), lengths);
  }

  private object({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
    const members = mapValues(properties, (each) => this.about(each));
    const complete = fc.record(members, { requiredKeys: required });
    const partial = fc.record(members, { requiredKeys: [] });
    const more = fc.dictionary(fc.string({ maxLength: 10 }), anything, { minKeys: 1, maxKeys: 2 });
    return fc.oneof(
      { weight: 10, arbitrary: complete },
      { weight: 1, arbitrary: partial },
      { weight: 1, arbitrary: fc.tuple(complete, more).map(([own, others]) => ({ ...own, ...others })) },
    );
  }
}

const headers = {
  'if-match': fc.constantFrom('*', '"x"', 'W/"x"', '"', ',', 'x'.repeat(2_000)),
  'if-none-match': fc.constantFrom('*', '"x", W/"y"', '"', ','),
  'idempotency-key': fc.oneof(
    fc.uuid(),
    fc.constantFrom('a', ' ', 'x'.repeat(128), 'x'.repeat(129), '\u00e9'),
  ),
  'request-id': fc.constantFrom('12345678', 'x'.repeat(65), 'a b', '\u00e9'),
  accept: fc.constantFrom('text/html', 'application/xml', '*/*;q=0', ''),
};

/** `value` as text that can stand in a URL: of what is no character, UTF-8 makes one. */
const textOf = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
    .subarray(0, 4_000)
    .toString('utf8');

/** Whole numbers in the bounds, on them and beyond. */
const around = (least: number, most: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: least, max: most }), fc.constantFrom(least - 1, least, most, most + 1));

/** `common`, and now and then something else. */
const rarely = <T>(common: T | fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 9, arbitrary: common instanceof fc.Arbitrary ? common : fc.constant(common) },
    { weight: 1, arbitrary: rare },
  );
