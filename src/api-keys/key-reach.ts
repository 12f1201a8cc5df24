import { type FindOperator, Raw } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { reachOf } from '../auth/project-reach.js';
import { dialect } from '../config/dialect.js';
import type { Condition } from '../database/condition.js';

/** That the list of `column` has nothing that the list `own` has not. A key that reaches all of the team has no list. */
const within = (column: string, own: string): string =>
  dialect === 'sqlite'
    ? `(${column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(${column}) e WHERE e.value NOT IN (SELECT o.value FROM json_each(${own}) o)))`
    : `JSON_CONTAINS(${own}, ${column})`;

/**
 * That a key of table `t` reaches no project that the caller does not, to stand beside the team in a `where`: a key
 * is a thing of the projects it is limited to. Nothing for a caller who reaches all.
 */
export function keysWithinReach(by: Principal): Condition[] {
  const reach = reachOf(by);
  return reach === null ? [] : [[within('t.projectIds', '?'), JSON.stringify(reach)]];
}

/** The same for what TypeORM finds. */
export function whereKeyIsReached(by: Principal): { projectIds?: FindOperator<string> } {
  const reach = reachOf(by);
  if (reach === null) return {};
  return { projectIds: Raw((column) => within(column, ':reach'), { reach: JSON.stringify(reach) }) };
}
