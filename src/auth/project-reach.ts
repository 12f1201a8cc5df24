import type { Condition } from '../database/condition.js';
import { inList } from '../database/in-list.js';

/** The projects that a key sees and touches; null for all of its team. Never empty: see `withinReach`. */
export type Reach = readonly string[] | null;

interface Caller {
  readonly keyLimits: { readonly projectIds: Reach } | null;
}

export const reachOf = ({ keyLimits }: Caller): Reach => keyLimits?.projectIds ?? null;

/** Whether `reach` goes nowhere that `limit` does not. */
export const isWithinReach = (reach: Reach, limit: Reach): boolean =>
  limit === null || (reach !== null && reach.every((id) => limit.includes(id)));

/**
 * That `column` holds a project within the caller's reach, to stand beside the team in a `where`: nothing for a
 * caller who reaches all of it. A reach without any project is a fault of ours, and throws.
 */
export function withinReach(by: Caller, column: string): Condition[] {
  const reach = reachOf(by);
  if (reach === null) return [];
  const { marks, bound } = inList(reach);
  return [[`${column} IN (${marks})`, ...bound]];
}
