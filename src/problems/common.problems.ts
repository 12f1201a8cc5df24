import { problem } from './problem.js';

/** Problems that any route may answer with. Those of one feature stand in the feature's folder. */

export const BodyMalformed = problem(
  'body-malformed',
  400,
  'The body is not acceptable JSON',
  'The request body must be one JSON object in UTF-8: nested 32 levels deep at most, with 1,000 members in all, no name longer than 128 characters, no member named twice, and no number beyond what a double holds exactly.',
);
export const QueryMalformed = problem(
  'query-malformed',
  400,
  'A query parameter is given more than once',
  'Each query parameter may be given once. Send lists as the parameter describes.',
);
export const RequestMalformed = problem(
  'request-malformed',
  400,
  'The request could not be read',
  'The request line, a header or the path does not follow HTTP.',
);
export const HeadersTooLarge = problem(
  'headers-too-large',
  431,
  'The headers are too large',
  'The request line and all headers together may have 16 KiB.',
);
export const NotFound = problem(
  'not-found',
  404,
  'There is no such thing',
  'Nothing is there under this address, or nothing that your team owns and your key reaches. Things of other teams, and of projects beyond those your key is limited to, look exactly like things that never were.',
);
export const MethodNotAllowed = problem(
  'method-not-allowed',
  405,
  'The method does not fit the address',
  'The address exists, but not for this method. The `Allow` header lists the methods it knows.',
);
export const BodyTooLarge = problem(
  'body-too-large',
  413,
  'The body is too large',
  'A request body may have 256 KiB, and come in 8,192 pieces at most: chunks, or what a packet of the network holds of it.',
);
export const UnsupportedMediaType = problem(
  'unsupported-media-type',
  415,
  'The content type is not JSON',
  'Send the body as `Content-Type: application/json`.',
);
export const ValidationFailed = problem(
  'validation-failed',
  422,
  'The input is not valid',
  'One or more values are not what the operation takes. `errors` lists all of them, or the first 50 with the number of the others in `omittedErrors`: the JSON pointer or the query parameter, a stable code and a sentence each. Of a member that is far too large nothing else is told.',
);
export const PreconditionFailed = problem(
  'precondition-failed',
  412,
  'It has changed meanwhile',
  'The resource is no longer the one your `If-Match` header names. Read it again and repeat the change on what you see.',
);
export const RequestTimeout = problem(
  'request-timeout',
  408,
  'The request took too long to arrive',
  'A request must arrive whole within 15 seconds, its headers within 10.',
);
export const InternalError = problem(
  'internal-error',
  500,
  'Something went wrong here',
  'An unforeseen fault of the server. It has been logged under `requestId`; tell that to whoever operates it.',
);
export const Unavailable = problem(
  'unavailable',
  503,
  'Not available at the moment',
  'The server is overloaded, starting, stopping, or cannot reach its database. Repeat the request after the seconds in `Retry-After`. Your credential is not at fault.',
);
