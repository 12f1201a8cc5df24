import type { FastifyRequest } from 'fastify';
import { CredentialMalformed, CredentialMissing } from './auth.problems.js';

/** A scheme and what belongs to it (RFC 9110, 11.4). */
const OTHER_SCHEME = /^(?!Bearer )[!#$%&'*+\-.^_`|~\w]+ +\S/i;
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Makes sure that a request carries one bearer token, and only where RFC 6750, section 2.1, has it. Throws
 * `CredentialMalformed` or `CredentialMissing`.
 */
export function requireBearerToken(request: FastifyRequest): string {
  if (hasMember(request.query, 'access_token'))
    throw new CredentialMalformed(
      'A token in the URL is in every log on its way. Send it in the Authorization header, and rotate it.',
    );
  if (hasMember(request.body, 'access_token'))
    throw new CredentialMalformed('Send the token in the Authorization header, not in the body.');
  if (countAuthorization(request.raw.rawHeaders) > 1)
    throw new CredentialMalformed('The request has two Authorization headers.');
  const header = request.headers.authorization;
  if (header === undefined || OTHER_SCHEME.test(header))
    throw new CredentialMissing('Send an API key or a session token: Authorization: Bearer <token>.');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined)
    throw new CredentialMalformed('The Authorization header must read: Bearer <token>.');
  return token;
}

const hasMember = (value: unknown, member: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, member);

/** Node keeps the first of two such headers and drops the other without a word; the raw list has both. */
function countAuthorization(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count;
}
