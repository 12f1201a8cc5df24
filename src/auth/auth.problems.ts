import { problem } from '../problems/problem.js';

export const CredentialMissing = problem(
  'credential-missing',
  401,
  'A credential is required',
  'Send an API key or a session token in the header `Authorization: Bearer <token>`.',
  {},
);
export const CredentialMalformed = problem(
  'credential-malformed',
  400,
  'The credential is not sent as it should be',
  'Send the token once, in the header `Authorization: Bearer <token>`, and neither in the URL nor in the body, where logs and caches would keep it.',
  { error: 'invalid_request' },
);
export const CredentialInvalid = problem(
  'credential-invalid',
  401,
  'The credential is not valid',
  'The token is unknown, incomplete, or belongs to somebody who is no longer in the team. Compare it with the one you were shown; a lost token cannot be recovered, only rotated.',
  { error: 'invalid_token' },
);
export const CredentialExpired = problem(
  'credential-expired',
  401,
  'The credential has expired',
  'The token was right, but its time is over. Sign in again, or create a new API key.',
  { error: 'invalid_token', error_description: 'expired' },
);
export const CredentialRevoked = problem(
  'credential-revoked',
  401,
  'The credential was revoked',
  'The token was right once, but its key was revoked or rotated, or its session ended. Sign in again, or ask the owner of the key for its new token. Attempts with the token of a key are in the audit log.',
  { error: 'invalid_token', error_description: 'revoked' },
);
export const AbilityMissing = problem(
  'ability-missing',
  403,
  'The caller lacks an ability',
  'The API key does not hold the ability, or the role of its owner no longer has it. `missing` names what is lacking. Use a key that has it, or ask whoever manages the members of the team for another role.',
  { error: 'insufficient_scope' },
);
export const AbilityEscalation = problem(
  'ability-escalation',
  403,
  'A caller cannot give what it lacks',
  'A key may be given the abilities its creator has, and no others; a key made by a key can never hold `api-keys:write`. `exceeding` names what goes too far.',
  { error: 'insufficient_scope' },
);
export const SessionRequired = problem(
  'session-required',
  403,
  'Only people may do this',
  'This needs a session of a signed-in person. An API key cannot do it, whatever its abilities. Sign in with `POST /v1/auth/sign-in`, and send the session token.',
);
export const PlanRequired = problem(
  'plan-required',
  403,
  'The plan of the team does not include this',
  'The team needs the plan that `requiredPlan` names, or a higher one. Keys are kept and work again after an upgrade.',
);
export const ApiKeyDisabled = problem(
  'api-key-disabled',
  403,
  'The API key is disabled',
  'The token is right, and its key rests: it works again, unchanged, when its owner or somebody who manages the members of the team enables it. Attempts meanwhile are in the audit log.',
);
export const AddressNotAllowed = problem(
  'ip-not-allowed',
  403,
  'The API key may not be used from this address',
  "The address of the request, `clientIp`, is in none of the networks of the key's `allowedIps`.",
);
export const TokenSuperseded = problem(
  'token-superseded',
  403,
  'The token was rotated away',
  'The token you called with was replaced, and lives on only for the overlap. It rotates nothing, and gets no token or secret that was first given to another: use the token that took its place. If you did not rotate it, somebody else did, and the key should be revoked.',
);
export const TooManyFailures = problem(
  'too-many-failures',
  429,
  'Too many failed attempts',
  'Too many wrong passwords or tokens came from this address. Wait for the seconds in `Retry-After`. Credentials that have just worked from this address go on working.',
);
