import { mapValues, nameOf, type Reference, referTo, type Schema } from './openapi.js';
import { orderOf, valuesNamed } from './named-values.js';

/** `schema` with `change` applied to everything in it, from the inside out. */
export function mapSchema(schema: Schema, change: (schema: Schema) => Schema): Schema {
  const inner = (each: Schema): Schema => mapSchema(each, change);
  const { properties, items, additionalProperties, allOf, anyOf, oneOf } = schema;
  return change({
    ...schema,
    ...(properties && { properties: mapValues(properties, inner) }),
    ...(items && { items: inner(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: inner(additionalProperties) }),
    ...(allOf && { allOf: allOf.map(inner) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
  });
}

/** The name that readers of the API know a class by. */
export const readerName = (className: string): string => className.replace(/Dto$/, '');

const renamed = (reference: string): string =>
  referTo('schemas', readerName(nameOf({ $ref: reference }))).$ref;

function rename(schema: Schema): Schema {
  const { $ref, discriminator } = schema;
  return {
    ...schema,
    ...($ref && { $ref: renamed($ref) }),
    ...(discriminator?.mapping && {
      discriminator: { ...discriminator, mapping: mapValues(discriminator.mapping, renamed) },
    }),
  };
}

const isOnly = (keyword: 'anyOf' | 'oneOf', schema: Schema): boolean =>
  Object.keys(schema).join() === keyword;

/** OpenAPI 3.1 takes a description beside a reference; before, it took a detour. */
function straighten(schema: Schema): Schema {
  const { allOf, ...rest } = schema;
  const only = allOf?.length === 1 ? allOf[0] : undefined;
  return only?.$ref ? { ...rest, ...only } : schema;
}

/** Alternatives that may also be null: null is one more of them, and what tells the others apart stays with those. */
function joinAlternatives(schema: Schema): Schema {
  const { anyOf, discriminator, ...rest } = schema;
  if (!anyOf) return schema;
  const joined = anyOf.flatMap((each) => (isOnly('anyOf', each) ? each.anyOf! : each));
  if (!discriminator || !joined.some((each) => isOnly('oneOf', each))) return { ...schema, anyOf: joined };
  return {
    ...rest,
    anyOf: joined.map((each) => (isOnly('oneOf', each) ? { ...each, discriminator } : each)),
  };
}

const isNull = (schema: Schema): boolean => schema.type === 'null';

/** Writes a set of values that has a name as a reference to it, and any other in an order that does not depend on the compiler. */
function refer(schema: Schema): Schema {
  const { enum: given, type: _, ...rest } = schema;
  if (!given) return schema;
  const values = given.filter((value) => value !== null);
  const name = valuesNamed(values);
  const isNullable = values.length < given.length;
  if (name === null) return { ...schema, enum: [...orderOf(values), ...(isNullable ? [null] : [])] };
  const reference: Reference = referTo('schemas', name);
  return isNullable ? { ...rest, anyOf: [{ ...reference }, { type: 'null' }] } : { ...rest, ...reference };
}

function exemplify(schema: Schema): Schema {
  const { example, ...rest } = schema;
  return example === undefined ? schema : { ...rest, examples: [example] };
}

/** What is not declared is refused in requests and left out of answers. */
const close = (schema: Schema): Schema =>
  schema.type === 'object' && schema.properties && schema.additionalProperties === undefined
    ? { ...schema, additionalProperties: false }
    : schema;

/** The id, then what must be there, then the rest: inherited members, and those with decorators, would come before the others. */
function putRequiredFirst(schema: Schema): Schema {
  const { properties, required = [] } = schema;
  if (!properties) return schema;
  const rank = (member: string): number => (member === 'id' ? 0 : required.includes(member) ? 1 : 2);
  const members = Object.entries(properties).toSorted(([a], [b]) => rank(a) - rank(b));
  return { ...schema, properties: Object.fromEntries(members) };
}

const steps = [rename, straighten, joinAlternatives, refer, exemplify, close, putRequiredFirst];

/** A schema that was derived from a class, as OpenAPI 3.1 and its readers want it. */
export const refined = (schema: Schema): Schema =>
  mapSchema(schema, (each) => steps.reduce((result, step) => step(result), each));

/** Whether a value may be null. */
export const isNullable = ({ type, anyOf, oneOf }: Schema): boolean =>
  [type].flat().includes('null') || [...(anyOf ?? []), ...(oneOf ?? [])].some(isNull);
