import { getMetadataStorage } from 'class-validator';
import type { Schema } from './openapi.js';

type Fact = (schema: Schema, constraint: unknown) => Partial<Schema>;

const integerFor = (type: Schema['type']): Schema['type'] =>
  Array.isArray(type) ? type.map((each) => (each === 'number' ? 'integer' : each)) : 'integer';

/** What a check of class-validator says of the values it lets through. */
const facts: Readonly<Record<string, Fact>> = {
  isInt: ({ type }) => ({ type: integerFor(type) }),
  min: (_, minimum) => ({ minimum: minimum as number }),
  max: (_, maximum) => ({ maximum: maximum as number }),
  minLength: (_, minLength) => ({ minLength: minLength as number }),
  maxLength: (_, maxLength) => ({ maxLength: maxLength as number }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  arrayMinSize: (_, minItems) => ({ minItems: minItems as number }),
  arrayMaxSize: (_, maxItems) => ({ maxItems: maxItems as number }),
  arrayUnique: () => ({ uniqueItems: true }),
  instant: () => ({ format: 'date-time' }),
};

/**
 * Adds to the schemas of request bodies, by class name, what only their checks know. The compiler plugin
 * reads the checks that are written at a property, and not those in a decorator that joins several.
 */
export function addValidatorFacts(schemas: Readonly<Record<string, Schema>>): void {
  const storage = getMetadataStorage();
  for (const target of storage['validationMetadatas'].keys() as Iterable<{ readonly name: string }>) {
    const properties = schemas[target.name]?.properties ?? {};
    for (const check of storage.getTargetValidationMetadatas(target as () => void, '', true, false)) {
      const property = properties[check.propertyName];
      const schema = check.each ? property?.items : property;
      const fact = facts[check.name ?? ''];
      if (schema && fact) Object.assign(schema, fact(schema, check.constraints?.[0]));
    }
  }
}
