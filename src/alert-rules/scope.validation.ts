import { issue, type ValidationIssue } from '../http/validation-issue.js';

/** What of a scope and its monitors does not fit. They may be anything: where one is not of its type, other checks say so. */
export function scopeIssues({
  scope,
  monitorIds,
}: {
  scope?: unknown;
  monitorIds?: unknown;
}): ValidationIssue[] {
  if (!Array.isArray(monitorIds)) return [];
  if (scope === 'team' && monitorIds.length > 0)
    return [
      issue('/monitorIds', 'not-taken', 'The scope team is over all monitors: monitorIds must be empty.'),
    ];
  if (scope === 'monitors' && monitorIds.length === 0)
    return [issue('/monitorIds', 'array-not-empty', 'The scope monitors needs at least one monitor.')];
  return [];
}
