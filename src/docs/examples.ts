import { resolve, type Schema } from './openapi.js';
import { isNullable } from './schemas.js';

/** Stands for a password, and is refused as one. Swagger UI puts one that it makes up in its place. */
export const PASSWORD_PLACEHOLDER = 'choose a password of your own';

const formats: Readonly<Record<string, string>> = {
  uri: 'https://api.example.com/health',
  email: 'ada@example.com',
  password: PASSWORD_PLACEHOLDER,
};

/** Moments that fit what a member is called, so that nothing ends before it began. */
const moments: ReadonlyArray<readonly [pattern: RegExp, moment: string]> = [
  [/^(created|joined|start)/, '2026-01-31T09:30:00.000Z'],
  [/expires|^ends?|^until/i, '2099-01-31T09:30:00.000Z'],
  [/^next/, '2026-11-20T16:46:00.000Z'],
  [/^/, '2026-11-20T16:45:00.000Z'],
];

/** An identifier of ours, or a list of them. */
const isForeign = (example: unknown): boolean =>
  [example].flat().some((each) => /^[a-z]{3,4}_[0-9a-z]{26}$/.test(String(each)));

const isEmpty = (example: unknown): boolean =>
  typeof example === 'object' &&
  example !== null &&
  !Array.isArray(example) &&
  Object.keys(example).length === 0;

/**
 * Makes examples of schemas from the examples of their parts. Every one is valid. Those of requests work as they
 * stand, as far as they can: they name nothing that only the server they were written on had, no secret that
 * everybody can read here, unless they must, and no object of which they say nothing.
 */
export class Examples {
  constructor(
    private readonly schemas: Readonly<Record<string, Schema>>,
    private readonly areForRequests = false,
  ) {}

  /** An example of `schema`. `name` is what the value is called, for those parts that have no example. */
  of(schema: Schema, name = ''): unknown {
    if (schema.examples) return schema.examples[0];
    if (schema.const !== undefined) return schema.const;
    if (schema.$ref) return this.of(resolve(schema, this.schemas), name);
    const [enumerated] = schema.enum ?? [];
    if (enumerated !== undefined) return enumerated;
    const alternative = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].find(
      ({ type }) => type !== 'null',
    );
    if (alternative) return this.of(alternative, name);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => this.of(each, name)));
    if (schema.properties) return this.ofObject(schema);
    if (schema.items) return [this.of(schema.items, name)];
    return scalar(schema, name);
  }

  private ofObject({ properties = {}, required = [] }: Schema): object {
    const shown = Object.entries(properties).filter(
      ([member, schema]) => required.includes(member) || (this.isTelling(schema) && this.works(schema)),
    );
    return Object.fromEntries(shown.map(([member, schema]) => [member, this.of(schema, member)]));
  }

  private works({ examples, writeOnly }: Schema): boolean {
    return (
      !this.areForRequests || !(writeOnly === true || examples?.some((it) => isForeign(it) || isEmpty(it)))
    );
  }

  /** Whether an example of `schema` is more than a placeholder. */
  private isTelling(schema: Schema): boolean {
    if (schema.$ref) return this.isTelling(resolve(schema, this.schemas));
    const { examples, enum: values, properties, items, oneOf, anyOf, format } = schema;
    return [examples, values, properties, items, oneOf, anyOf, format].some((part) => part !== undefined);
  }
}

function scalar(schema: Schema, name: string): unknown {
  const { type, format, minimum } = schema;
  if (schema.default !== undefined) return schema.default;
  if (format === 'date-time') return moments.find(([pattern]) => pattern.test(name))?.[1];
  if (format !== undefined && formats[format]) return formats[format];
  if (isNullable(schema)) return null;
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return minimum ?? 1;
  return type === 'object' ? {} : 'text';
}
