import { problem } from '../problems/problem.js';

export const RateLimited = problem(
  'rate-limited',
  429,
  'Too many requests',
  'More requests than the limit allows came within the window. Wait for the seconds in `Retry-After`; the window started with its first request and always ends.',
);
export const IdempotencyMismatch = problem(
  'idempotency-mismatch',
  422,
  'The Idempotency-Key was used for another request',
  'Repeat a request with exactly the same body, or use a new `Idempotency-Key` for a new one.',
);
export const IdempotencyInProgress = problem(
  'idempotency-in-progress',
  409,
  'The first request with this Idempotency-Key is still running',
  'Repeat the request after the seconds in `Retry-After`: it will then answer what the first one answered.',
);
export const IdempotencyAnswerLost = problem(
  'idempotency-answer-lost',
  409,
  'The first request took effect, but its answer is no longer known',
  'The change was made, and making it again would make it twice. Look at the list to see it; if it was an API key, rotate it to get a token. The answer is lost when the server stopped in that very moment, and after 10 minutes if it held a token; a key that has been limited to fewer projects since is not told it either.',
);
export const IdempotencyKeyMalformed = problem(
  'idempotency-key-malformed',
  400,
  'The Idempotency-Key is not acceptable',
  'Send one `Idempotency-Key` of 1 to 128 printable ASCII characters.',
);
