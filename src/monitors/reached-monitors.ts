import { type FindOperator, Raw } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { reachOf, withinReach } from '../auth/project-reach.js';
import type { Condition } from '../database/condition.js';
import { inList } from '../database/in-list.js';

const among = (column: string, inReach: string): string =>
  `EXISTS (SELECT 1 FROM monitors m WHERE m.id = ${column} AND ${inReach})`;

/**
 * That `column` holds a monitor within the caller's reach, to stand beside the team in a `where`: nothing for a
 * caller who reaches all. A monitor that is gone is in no project.
 */
export const ofReachedMonitor = (by: Principal, column: string): Condition[] =>
  withinReach(by, 'm.projectId').map(([inReach, ...values]) => [among(column, inReach), ...values]);

/** The same for what TypeORM finds by its `monitorId`. */
export function whereMonitorIsReached(by: Principal): { monitorId?: FindOperator<string> } {
  const reach = reachOf(by);
  if (reach === null) return {};
  return {
    monitorId: Raw((column) => among(column, 'm.projectId IN (:...reach)'), { reach: inList(reach).bound }),
  };
}
