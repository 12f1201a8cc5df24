import {
  type ApiDocument,
  mapValues,
  type Operation,
  PROBLEM_TYPE,
  type Reference,
  referTo,
  type Response,
} from './openapi.js';

/** The document with every answer that several operations give alike written once, among the components. */
export function shareResponses(document: ApiDocument): ApiDocument {
  const uses = new Map<string, number>();
  const operations = Object.values(document.paths).flatMap(Object.values) as Operation[];
  for (const operation of operations)
    for (const response of Object.values(operation.responses)) {
      const name = nameOf(operation, response);
      if (name !== null) uses.set(name, (uses.get(name) ?? 0) + 1);
    }
  const shared: Record<string, Response> = {};
  const share = (operation: Operation, response: Response | Reference): Response | Reference => {
    const name = nameOf(operation, response);
    if (name === null || uses.get(name)! < 2) return response;
    shared[name] = response as Response;
    return referTo('responses', name);
  };
  const paths = mapValues(document.paths, (item) =>
    mapValues(item, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses, (response) => share(operation, response)),
    })),
  );
  return { ...document, paths, components: { ...document.components, responses: shared } };
}

/** The codes of its problems. Answers to those without a credential have no headers of a caller. */
function nameOf({ security }: Operation, response: Response | Reference): string | null {
  const examples = 'content' in response && response.content?.[PROBLEM_TYPE]?.examples;
  if (!examples) return null;
  return [...(security.length === 0 ? ['public'] : []), ...Object.keys(examples)].join('.');
}
