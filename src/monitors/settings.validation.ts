import { issue, type ValidationIssue, isObject } from '../http/validation-issue.js';

/** Settings that must fit each other. They may be anything: where one is not what it should be, other checks say so. */
export interface FittingSettings {
  readonly method?: unknown;
  readonly body?: unknown;
  readonly intervalSeconds?: unknown;
  readonly timeoutSeconds?: unknown;
  readonly headers?: unknown;
  readonly auth?: unknown;
}

export const MAX_BODY_BYTES = 64 * 1024;

const WITHOUT_BODY = new Set<unknown>(['GET', 'DELETE', 'HEAD']);

/** What of a monitor's settings does not fit together. */
export const settingIssues = (settings: FittingSettings): ValidationIssue[] => [
  ...timeoutFaults(settings),
  ...bodyFaults(settings),
  ...authorizationFaults(settings),
];

function timeoutFaults({ timeoutSeconds, intervalSeconds }: FittingSettings): ValidationIssue[] {
  if (typeof timeoutSeconds !== 'number' || typeof intervalSeconds !== 'number') return [];
  if (timeoutSeconds <= intervalSeconds) return [];
  return [
    issue(
      '/timeoutSeconds',
      'above-interval',
      `timeoutSeconds (${timeoutSeconds}) must not be above intervalSeconds (${intervalSeconds}).`,
    ),
  ];
}

function bodyFaults({ method, body }: FittingSettings): ValidationIssue[] {
  if (typeof body !== 'string') return [];
  const issues: ValidationIssue[] = [];
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    issues.push(issue('/body', 'max-length', 'body must be at most 64 KiB in UTF-8.'));
  if (/\p{Cs}/u.test(body)) issues.push(issue('/body', 'well-formed', 'body must be well-formed Unicode.'));
  if (WITHOUT_BODY.has(method))
    issues.push(
      issue(
        '/body',
        'method-without-body',
        `body is for POST, PUT and PATCH only, not for ${String(method)}.`,
      ),
    );
  return issues;
}

function authorizationFaults({ headers, auth }: FittingSettings): ValidationIssue[] {
  if (!isObject(auth) || auth['type'] === 'none' || !Array.isArray(headers)) return [];
  const isAuthorization = ({ name }: { name?: unknown }): boolean =>
    typeof name === 'string' && name.toLowerCase() === 'authorization';
  if (!headers.some((header) => isObject(header) && isAuthorization(header))) return [];
  return [
    issue('/auth', 'authorization-header', 'auth cannot be used together with a header Authorization.'),
  ];
}
