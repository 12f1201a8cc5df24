import {
  AbilityMissing,
  AddressNotAllowed,
  ApiKeyDisabled,
  CredentialExpired,
  CredentialInvalid,
  CredentialMalformed,
  CredentialMissing,
  CredentialRevoked,
  PlanRequired,
  SessionRequired,
  TooManyFailures,
} from '../auth/auth.problems.js';
import {
  IdempotencyAnswerLost,
  IdempotencyInProgress,
  IdempotencyKeyMalformed,
  IdempotencyMismatch,
  RateLimited,
} from '../limits/limits.problems.js';
import {
  BodyMalformed,
  BodyTooLarge,
  InternalError,
  NotFound,
  PreconditionFailed,
  QueryMalformed,
  RequestMalformed,
  Unavailable,
  UnsupportedMediaType,
  ValidationFailed,
} from '../problems/common.problems.js';
import type { ProblemType } from '../problems/problem.js';
import type { Route } from './routes.js';

/** What an operation takes from a request. */
export interface Intake {
  readonly method: string;
  readonly hasQuery: boolean;
  readonly hasPathParameter: boolean;
}

type Declared = Pick<Route, 'access' | 'isUnlimited'>;

const ofAnyCredential = [
  CredentialMalformed,
  CredentialMissing,
  CredentialInvalid,
  CredentialExpired,
  CredentialRevoked,
  AddressNotAllowed,
  ApiKeyDisabled,
  PlanRequired,
  TooManyFailures,
  RateLimited,
];
const ofAnyBody = [BodyMalformed, BodyTooLarge, UnsupportedMediaType, ValidationFailed];
const ofAnyPost = [
  IdempotencyKeyMalformed,
  IdempotencyMismatch,
  IdempotencyInProgress,
  IdempotencyAnswerLost,
];

/** The problems that every operation of this kind can answer with, whatever it does. */
export function commonProblems({ access, isUnlimited }: Declared, intake: Intake): ProblemType[] {
  const isPublic = access.kind === 'public';
  const abilities = 'abilities' in access ? access.abilities : [];
  const sets: Array<readonly [boolean, readonly ProblemType[]]> = [
    [true, [RequestMalformed, InternalError]],
    [!isPublic, ofAnyCredential],
    [access.kind === 'session', [SessionRequired]],
    [abilities.length > 0, [AbilityMissing]],
    [isPublic && !isUnlimited, [RateLimited]],
    [intake.hasPathParameter, [NotFound]],
    [intake.hasQuery, [QueryMalformed]],
    [intake.method !== 'get', ofAnyBody],
    [intake.method === 'post', ofAnyPost],
    [!isUnlimited, [PreconditionFailed, ValidationFailed, Unavailable]],
  ];
  return [...new Set(sets.flatMap(([applies, problems]) => (applies ? problems : [])))];
}
