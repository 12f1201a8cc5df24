import { problemTypes, type ProblemType } from '../problems/problem.js';
import { MAX_FAULTS } from '../http/validation.pipe.js';
import { ValidationFailed } from '../problems/common.problems.js';
import type { ResponseHeader } from './headers.js';
import { type Example, PROBLEM_TYPE, referTo, type Response, type Schema } from './openapi.js';
import { exampleBody, saysWhenToRetry } from './problem-examples.js';

const string = (description: string, example: string): Schema => ({
  type: 'string',
  description,
  examples: [example],
});

/** The schemas of problems. They are open: some problems have members of their own. */
export const problemSchemas: Readonly<Record<string, Schema>> = {
  Problem: {
    type: 'object',
    description:
      'What went wrong (RFC 9457). Some problems have members beside these: their examples and their pages show them.',
    properties: {
      type: {
        ...string('The page that explains the problem.', 'https://pulse.example.com/problems/not-found'),
        format: 'uri',
      },
      title: string('The problem in a sentence, the same each time.', 'There is no such thing'),
      status: { type: 'integer', minimum: 400, maximum: 599, examples: [404] },
      detail: string('What happened this time.', 'There is nothing at this address.'),
      instance: { ...string('The path of the request.', '/v1/api-keys'), format: 'uri-reference' },
      code: string(
        'The name of the problem. It never changes, so that programs can rely on it.',
        'not-found',
      ),
      requestId: string('The id of the request, as in `Request-Id`.', '5f0c6d1e-9b3a-4c7d-8e2f-1a0b3c4d5e6f'),
    },
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  },
  ValidationProblem: {
    description: `Input that is not valid, with its issues at once, up to ${MAX_FAULTS} of them.`,
    allOf: [
      { ...referTo('schemas', 'Problem') },
      {
        type: 'object',
        properties: {
          code: { const: ValidationFailed.code },
          errors: {
            type: 'array',
            minItems: 1,
            maxItems: MAX_FAULTS,
            items: { ...referTo('schemas', 'InputFault') },
          },
          omittedErrors: {
            type: 'integer',
            minimum: 1,
            description: `How many issues there are beside those in \`errors\`. Left out when \`errors\` has all.`,
          },
        },
        required: ['code', 'errors'],
      },
    ],
  },
  InputFault: {
    type: 'object',
    description: 'One fault of the input: in a member of the body, or in a query parameter.',
    properties: {
      code: string('The name of the check that failed.', 'is-length'),
      message: string('What is wrong, in a sentence.', 'name must be longer than or equal to 1 characters.'),
      pointer: string('Where in the body it is (RFC 6901).', '/name'),
      parameter: string('Which query parameter it is.', 'limit'),
    },
    required: ['code', 'message'],
    additionalProperties: false,
  },
};

/** An example of each problem, by code. */
export const problemExamples = (): Record<string, Example> =>
  Object.fromEntries(
    [...problemTypes.values()].map((type) => [type.code, { summary: type.title, value: exampleBody(type) }]),
  );

/** The answers to `problems`: one for each status, with an example of each problem. `headersOf` tells the headers that all answers with a status have. */
export function problemResponses(
  problems: readonly ProblemType[],
  headersOf: (status: number) => readonly ResponseHeader[],
): Record<string, Response> {
  const statuses = [...new Set(problems.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const alike = problems.filter((type) => type.status === status);
      const headers = [...headersOf(status), ...ownHeaders(alike)];
      return [String(status), responseOf(alike, headers)];
    }),
  );
}

const ownHeaders = (problems: readonly ProblemType[]): ResponseHeader[] => [
  ...(problems.some(({ challenge }) => challenge) ? (['WWW-Authenticate'] as const) : []),
  ...(problems.some(saysWhenToRetry) ? (['Retry-After'] as const) : []),
];

const responseOf = (problems: readonly ProblemType[], headers: readonly ResponseHeader[]): Response => ({
  description: problems.map(({ code, title }) => `- [\`${code}\`](/problems/${code}): ${title}`).join('\n'),
  headers: Object.fromEntries(headers.map((name) => [name, referTo('headers', name)])),
  content: {
    [PROBLEM_TYPE]: {
      schema: schemaOf(problems.map(({ code }) => code)),
      examples: Object.fromEntries(problems.map(({ code }) => [code, referTo('examples', code)])),
    },
  },
});

function schemaOf(codes: readonly string[]): Schema {
  const others = codes.filter((code) => code !== ValidationFailed.code);
  const invalid = { ...referTo('schemas', 'ValidationProblem') };
  const other: Schema = {
    allOf: [{ ...referTo('schemas', 'Problem') }, { properties: { code: { enum: others } } }],
  };
  if (others.length === 0) return invalid;
  return others.length === codes.length ? other : { oneOf: [invalid, other] };
}
