import { challengeOf, type ProblemBody, problemBody } from '../problems/problem-body.js';
import type { ProblemType } from '../problems/problem.js';

type Extensions = Readonly<Record<string, unknown>>;
type Occasion = readonly [detail: string, extensions?: Extensions];

/** What is told of one occurrence, for problems that say more than their title. Those of new features need no entry. */
const occasions: Readonly<Record<string, Occasion>> = {
  'ability-missing': [
    'This needs monitors:write, and you lack monitors:write.',
    { required: ['monitors:write'], missing: ['monitors:write'] },
  ],
  'ability-escalation': [
    'You cannot give monitors:write.',
    { required: ['monitors:write'], exceeding: ['monitors:write'] },
  ],
  'body-malformed': ['The body is not JSON.'],
  'body-too-large': ['The body has more than 256 KiB.'],
  'credential-expired': ['The key has expired.', { expiredAt: '2026-10-31T00:00:00.000Z' }],
  'credential-invalid': ['The token is not known here.'],
  'credential-malformed': ['The Authorization header must read: Bearer <token>.'],
  'credential-missing': ['Send an API key or a session token: Authorization: Bearer <token>.'],
  'credential-revoked': [
    'The key was revoked, or its token rotated away.',
    { revokedAt: '2026-10-31T16:20:00.000Z' },
  ],
  'idempotency-in-progress': [
    'The first request with this Idempotency-Key is still running.',
    { retryAfter: 1 },
  ],
  'idempotency-key-malformed': ['The Idempotency-Key must be 1 to 128 printable ASCII characters.'],
  'idempotency-mismatch': ['This Idempotency-Key was used for a request with another body.'],
  'internal-error': ['The server failed in a way nobody foresaw.'],
  'ip-not-allowed': ['The key may not be used from this address.', { clientIp: '198.51.100.4' }],
  'method-not-allowed': ['This address knows GET, HEAD, POST.', { allow: ['GET', 'HEAD', 'POST'] }],
  'not-found': ['There is nothing at this address.'],
  'plan-limit-reached': [
    'The plan starter includes 10 API keys, and the team has 10.',
    { limit: 10, used: 10 },
  ],
  'plan-required': [
    'API keys need the plan starter or a higher one; the team has free.',
    { plan: 'free', requiredPlan: 'starter' },
  ],
  'precondition-failed': ['The resource was changed since you read it.'],
  'query-malformed': ['The query parameter limit is given more than once.'],
  'rate-limited': [
    'The limit of 120 requests a minute for this key is reached; wait 17 s.',
    { retryAfter: 17 },
  ],
  'session-required': ['Sign in and use the session token: an API key cannot do this.'],
  'too-many-failures': ['Too many attempts failed from this address; wait 42 s.', { retryAfter: 42 }],
  unavailable: ['The database cannot be reached at the moment.', { retryAfter: 5 }],
  'validation-failed': [
    'One value is not valid.',
    {
      errors: [
        {
          pointer: '/name',
          code: 'is-length',
          message: 'name must be longer than or equal to 1 characters.',
        },
      ],
    },
  ],
};

const EXAMPLE = {
  origin: 'https://pulse.example.com',
  path: '/v1/api-keys',
  requestId: '5f0c6d1e-9b3a-4c7d-8e2f-1a0b3c4d5e6f',
};

const occurrenceOf = (type: ProblemType) => {
  const [detail, extensions = {}] = occasions[type.code] ?? [`${type.title}.`];
  return { type, detail, extensions };
};

/** An answer with a problem of `type`, made as the server makes it. */
export const exampleBody = (type: ProblemType): ProblemBody => problemBody(occurrenceOf(type), EXAMPLE);

/** The `WWW-Authenticate` header of such an answer, or null. */
export const exampleChallenge = (type: ProblemType): string | null => challengeOf(occurrenceOf(type));

/** Whether such an answer says in `Retry-After` when to come back. */
export const saysWhenToRetry = (type: ProblemType): boolean => 'retryAfter' in occurrenceOf(type).extensions;
