import type { Examples } from './examples.js';
import { rateLimitHeaders, type ResponseHeader } from './headers.js';
import { JSON_TYPE, type Operation, referTo, type Response } from './openapi.js';
import type { Route } from './routes.js';
import { refined } from './schemas.js';

export type Content = NonNullable<Response['content']>;

const descriptions: Readonly<Record<string, string>> = {
  200: 'Done; this is the result.',
  201: 'Created.',
  202: 'Accepted: it happens in a moment.',
  204: 'Done; there is nothing to tell.',
};

/** Answered before it is known who calls. */
const UNKNOWN_CALLER = new Set([401, 413, 415]);

/** The headers of every answer with `status`. */
export const headersOf = ({ access }: Route, status: number): ResponseHeader[] => [
  'Request-Id',
  ...(access.kind === 'public' || UNKNOWN_CALLER.has(status) ? [] : rateLimitHeaders),
];

/** The answers of `operation` when all goes well, with what their headers say and an example. */
export function successResponses(
  { responses, parameters }: Operation,
  method: string,
  route: Route,
  examples: Examples,
): Record<string, Response> {
  const isPaged = parameters.some((parameter) => 'name' in parameter && parameter.name === 'cursor');
  const own: Array<readonly [boolean, ResponseHeader]> = [
    [route.isTagged, 'ETag'],
    [route.hasLocation, 'Location'],
    [isPaged, 'Link'],
    [method === 'post', 'Idempotent-Replayed'],
  ];
  const names = own.flatMap(([applies, name]) => (applies ? [name] : []));
  const answers = Object.entries(responses as Record<string, Response>).map(
    ([status, { content }]): [string, Response] => [
      status,
      {
        description: descriptions[status] ?? 'Done.',
        headers: referToHeaders([...headersOf(route, Number(status)), ...names]),
        ...(content && { content: withExamples(content, examples) }),
      },
    ],
  );
  const unchanged = {
    description: 'Not modified: the edition that `If-None-Match` names is still the one.',
    headers: referToHeaders([...headersOf(route, 304), 'ETag']),
  };
  return { ...Object.fromEntries(answers), ...(route.isTagged && method === 'get' && { 304: unchanged }) };
}

const referToHeaders = (names: readonly ResponseHeader[]) =>
  Object.fromEntries(names.map((name) => [name, referTo('headers', name)]));

/** Adds an example to each representation in JSON. */
export const withExamples = (content: Content, examples: Examples): Content =>
  Object.fromEntries(
    Object.entries(content).map(([type, media]) => {
      const schema = refined(media.schema);
      return [type, type === JSON_TYPE ? { schema, example: examples.of(schema) } : { ...media, schema }];
    }),
  );
