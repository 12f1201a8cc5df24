import { resolve, type Schema } from '../src/docs/openapi.js';
import { type Operation, schemas } from './operations.js';

/** Where something can be written in a request body: the names and indexes that lead there. */
export type Place = ReadonlyArray<string | number>;

/** Every place in the body of `operation` where the API document has a value, lists and objects included. */
export const placesOf = ({ body }: Operation): Place[] => (body ? placesIn(body, []) : []);

function placesIn(schema: Schema, at: Place): Place[] {
  const { properties = {}, items, oneOf = [], anyOf = [], allOf = [] } = resolve(schema, schemas);
  const found = [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(properties).flatMap(([name, each]) => placesIn(each, [...at, name])),
    ...(items ? placesIn(items, [...at, 0]) : []),
    ...[...oneOf, ...anyOf, ...allOf].flatMap((each) => placesIn(each, at)),
  ];
  return [...new Map(found.map((place) => [JSON.stringify(place), place])).values()];
}

/** A copy of `body` with `value` at `place`, and what is missing on the way there made. */
export function withValue(body: unknown, [first, ...rest]: Place, value: unknown): unknown {
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list = Array.isArray(body) ? body : [];
    return [withValue(list[0], rest, value), ...list.slice(1)];
  }
  const object = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  return { ...object, [first]: withValue((object as Record<string, unknown>)[first], rest, value) };
}
