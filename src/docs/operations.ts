import { PROBLEMS_EXTENSION } from '../problems/api-problems.decorator.js';
import { type ProblemType, problemTypes } from '../problems/problem.js';
import { Examples } from './examples.js';
import type { RequestHeader } from './headers.js';
import { JSON_TYPE, type Operation, type Parameter, referTo, resolve, type Schema } from './openapi.js';
import { operationName } from './operation-name.js';
import { commonProblems } from './operation-problems.js';
import { problemResponses } from './problem-responses.js';
import type { Route } from './routes.js';
import { refined } from './schemas.js';
import { type Content, headersOf, successResponses, withExamples } from './success-responses.js';

type Schemas = Readonly<Record<string, Schema>>;

/** Completes the operation of `route` with everything that follows from what the route declares. */
export function complete(operation: Operation, method: string, route: Route, schemas: Schemas): Operation {
  const { summary, description, tags, security, requestBody, [PROBLEMS_EXTENSION]: declared } = operation;
  const parameters = operation.parameters as Parameter[];
  const examples = new Examples(schemas);
  const problems = problemsOf(operation, method, route, (declared ?? []) as string[]);
  return {
    operationId: operationName(route.controller, route.handler),
    summary,
    description: [description, describe(route)].filter(Boolean).join('\n\n'),
    tags,
    security: route.access.kind === 'public' ? [] : security,
    ...extensionsOf(operation),
    parameters: [...parameters.map(refineParameter), ...requestHeadersOf(method, route).map(parameterNamed)],
    ...(requestBody && {
      requestBody: {
        required: needsBody(requestBody.content, schemas),
        content: withExamples(requestBody.content, new Examples(schemas, true)),
      },
    }),
    responses: {
      ...successResponses(operation, method, route, examples),
      ...problemResponses(problems, (status) => headersOf(route, status)),
    },
  };
}

/** All but the one that has become answers. */
const extensionsOf = (operation: Operation): object =>
  Object.fromEntries(
    Object.entries(operation).filter(([name]) => name.startsWith('x-') && name !== PROBLEMS_EXTENSION),
  );

function problemsOf(
  { parameters }: Operation,
  method: string,
  route: Route,
  declared: readonly string[],
): ProblemType[] {
  const places = new Set((parameters as Parameter[]).map((parameter) => parameter.in));
  const common = commonProblems(route, {
    method,
    hasQuery: places.has('query'),
    hasPathParameter: places.has('path'),
  });
  const codes = new Set([...common.map(({ code }) => code), ...declared]);
  return [...codes].toSorted().map((code) => problemTypes.get(code)!);
}

/** An empty body stands for an empty object, which some operations take. */
function needsBody(content: Content, schemas: Schemas): boolean {
  const { properties, required = [] } = resolve(refined(content[JSON_TYPE]!.schema), schemas);
  return properties === undefined || required.length > 0;
}

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' and ');

/** Who may use a route and what it leaves in the audit log, in sentences. */
function describe({ access, action }: Route): string {
  const abilities = 'abilities' in access ? access.abilities : [];
  const sentences = [
    access.kind === 'public' && 'Needs no credential.',
    access.kind === 'any-caller' && 'Any valid credential will do.',
    access.kind === 'session' && 'For people only: needs a session, not an API key.',
    abilities.length > 0 &&
      `Needs the ${abilities.length === 1 ? 'ability' : 'abilities'} ${quoted(abilities)}.`,
    action && `Leaves \`${action}\` in the audit log.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

const parameterNamed = (name: RequestHeader) => referTo('parameters', name);

const refineParameter = (parameter: Parameter): Parameter => ({
  ...parameter,
  schema: refined(parameter.schema),
});

function requestHeadersOf(method: string, { isConditional, isTagged }: Route): RequestHeader[] {
  const headers: Array<readonly [boolean, RequestHeader]> = [
    [method === 'post', 'Idempotency-Key'],
    [isConditional || (isTagged && method === 'get'), 'If-Match'],
    [isTagged && method === 'get', 'If-None-Match'],
  ];
  return headers.flatMap(([applies, name]) => (applies ? [name] : []));
}
