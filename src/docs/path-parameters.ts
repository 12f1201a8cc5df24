import { JSON_TYPE, type Operation, type Parameter, resolve, type Schema } from './openapi.js';
import { singular } from './operation-name.js';

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
type Schemas = Readonly<Record<string, Schema>>;

/** Says of a parameter in `path` what it names, with the example that the thing's own schema has of it. */
export function describePathParameter(
  parameter: Parameter,
  path: string,
  paths: Paths,
  schemas: Schemas,
): Parameter {
  const { name, schema } = parameter;
  const collection = path.slice(0, path.indexOf(`/{${name}}`));
  const noun = singular(collection.slice(collection.lastIndexOf('/') + 1)).replaceAll('-', ' ');
  const example = exampleOf(name, collection, paths, schemas);
  return {
    ...parameter,
    description: parameter.description ?? `\`${name}\` of the ${noun.replace(/\bapi\b/, 'API')}.`,
    schema: { ...schema, ...(example !== undefined && { examples: [example] }) },
  };
}

function exampleOf(name: string, collection: string, paths: Paths, schemas: Schemas): unknown {
  const thing = Object.values(paths[`${collection}/{${name}}`] ?? {}).flatMap(answersOf);
  const list = answersOf(paths[collection]?.['get']).map(
    (schema) => resolve(schema, schemas).properties?.['data']?.items ?? {},
  );
  const members = [...thing, ...list].map((schema) => resolve(schema, schemas).properties?.[name]);
  return members.find((member) => member?.examples)?.examples?.[0];
}

const answersOf = (operation: Operation | undefined): Schema[] =>
  Object.entries(operation?.responses ?? {}).flatMap(([status, response]) => {
    const media = 'content' in response && response.content?.[JSON_TYPE];
    return status.startsWith('2') && media ? [media.schema] : [];
  });
