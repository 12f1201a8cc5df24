import { problem } from '../problems/problem.js';

export const ApiKeyRevoked = problem(
  'api-key-revoked',
  409,
  'The API key is revoked',
  'A revoked key can neither be changed nor rotated. Create a new one.',
);
export const ApiKeyExpired = problem(
  'api-key-expired',
  409,
  'The API key has expired',
  'An expired key cannot be rotated: its expiry holds for every token it has. Create a new one.',
);
export const ApiKeyNotOwn = problem(
  'api-key-not-own',
  403,
  "It is somebody else's API key",
  'Whoever manages members may see and revoke the keys of all members, but not change or rotate them: a new token would let them act as somebody else.',
);
export const KeyLimitsExceeded = problem(
  'key-limits-exceeded',
  403,
  'A key cannot reach beyond its own limits',
  'An API key makes and changes only keys that expire no later, work from no more addresses and reach no more projects than itself. `exceeding` names what goes too far. A person who is signed in is not bound by this.',
);
