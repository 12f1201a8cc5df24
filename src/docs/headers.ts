import type { Header, Parameter } from './openapi.js';

const integer = (example: number) => ({ type: 'integer', minimum: 0, examples: [example] });
const string = (example: string) => ({ type: 'string', examples: [example] });

/** Every response header that the document tells of. */
export const responseHeaders = {
  'Request-Id': {
    description:
      'The id of the request, also in the log and the audit log: the one you sent in `Request-Id` (8 to 64 letters, digits, `_` and `-`), or ours.',
    schema: { ...string('5f0c6d1e-9b3a-4c7d-8e2f-1a0b3c4d5e6f'), pattern: '^[A-Za-z0-9_-]{8,64}$' },
  },
  ETag: {
    description: 'The edition of the resource, for `If-Match` and `If-None-Match`.',
    schema: string('"k1u3Zq8nP0a7XbJd.Vw2sT5yR9cLm4HfE"'),
  },
  Location: {
    description: 'Where to find what was created.',
    schema: { ...string('/v1/api-keys/key_01jd8x0000e3vb6qk4mzt5w7ya'), format: 'uri-reference' },
  },
  Link: {
    description: 'The next page (RFC 8288). Left out on the last one.',
    schema: string('</v1/api-keys?limit=50&cursor=eyJhIjoxfQ>; rel="next"'),
  },
  'X-RateLimit-Limit': {
    description: 'How many requests the caller may make within a window of one minute.',
    schema: integer(120),
  },
  'X-RateLimit-Remaining': { description: 'How many are left of them.', schema: integer(87) },
  'X-RateLimit-Reset': {
    description: 'When the window ends, in seconds since 1970-01-01T00:00:00Z.',
    schema: integer(1_795_438_817),
  },
  'RateLimit-Policy': {
    description: 'The limit and its window in seconds, as draft-ietf-httpapi-ratelimit-headers-10 has them.',
    schema: string('"key";q=120;w=60'),
  },
  RateLimit: {
    description: 'What is left of the limit, and for how many seconds, as the same draft has it.',
    schema: string('"key";r=87;t=17'),
  },
  'Retry-After': { description: 'After how many seconds to try again.', schema: integer(17) },
  'WWW-Authenticate': {
    description: 'What the credential lacks (RFC 6750, section 3).',
    schema: string('Bearer realm="pulseapi", error="invalid_token"'),
  },
  'Idempotent-Replayed': {
    description: 'Says that this is the answer to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
} as const satisfies Readonly<Record<string, Header>>;

export type ResponseHeader = keyof typeof responseHeaders;

/** Told on every answer to a caller that is known. */
export const rateLimitHeaders: readonly ResponseHeader[] = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
];

/** Every request header that the document tells of. */
export const requestHeaders = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the request safe to repeat: sent again with the same key and body, it takes effect once and is answered as the first time. Kept for 24 hours, an answer with a token for 10 minutes. 1 to 128 printable ASCII characters, such as a new UUID.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: '^[!-~]([ -~]*[!-~])?$',
      examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
    },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description:
      'The `ETag` of the edition you have seen. The request is refused with `precondition-failed` when somebody has changed the resource since. A weak tag (`W/`) matches nothing.',
    schema: string('"k1u3Zq8nP0a7XbJd.Vw2sT5yR9cLm4HfE"'),
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description:
      'The `ETag` of the edition you have. It is answered with 304 and no body when it is still the same.',
    schema: string('"k1u3Zq8nP0a7XbJd.Vw2sT5yR9cLm4HfE"'),
  },
} satisfies Readonly<Record<string, Parameter>>;

export type RequestHeader = keyof typeof requestHeaders;
