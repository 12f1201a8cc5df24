import type { ApiDocument, Components } from './openapi.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const sortedByKey = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(byKey));

/** The document in an order that does not depend on the order in which modules are listed. */
export function sorted(document: ApiDocument): ApiDocument {
  const paths = Object.entries(sortedByKey(document.paths)).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => METHODS.indexOf(a) - METHODS.indexOf(b))),
  ]);
  const components = Object.entries(document.components).map(([kind, entries]) => [
    kind,
    sortedByKey(entries),
  ]);
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: Object.fromEntries(components) as Components,
  };
}

/** The document without components that nothing refers to, directly or by way of others. */
export function withoutUnused(document: ApiDocument): ApiDocument {
  const used = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key !== '$ref' || typeof value !== 'string') visit(value);
      else if (!used.has(value)) {
        used.add(value);
        visit(targetOf(document, value));
      }
    }
  };
  visit(document.paths);
  const components = Object.entries(document.components).map(([kind, entries]) => [
    kind,
    kind === 'securitySchemes'
      ? entries
      : Object.fromEntries(
          Object.entries(entries as Components['schemas']).filter(([name]) =>
            used.has(`#/components/${kind}/${name}`),
          ),
        ),
  ]);
  return { ...document, components: Object.fromEntries(components) as Components };
}

function targetOf({ components }: ApiDocument, reference: string): unknown {
  const [, , kind, name] = reference.split('/');
  return components[kind as keyof Components][name!];
}
