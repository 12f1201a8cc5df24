import type { Principal } from '../auth/principal.js';
import type { Condition } from '../database/condition.js';
import type { Listing } from '../http/listing.js';
import { ofReachedMonitor } from '../monitors/monitors.repository.js';
import type { ListIncidentsDto } from './incident.dto.js';
import { Incident } from './lifecycle/incident.entity.js';
import { IncidentEvent } from './lifecycle/incident-event.entity.js';

/** What has an index of its own, that which picks out the fewest first. */
const columns = ['ruleId', 'monitorId', 'status', 'severity'] as const;

/** The incidents of the caller's team, within their reach, that `query` asks for, newest first. */
export function incidentListing(by: Principal, query: ListIncidentsDto): Listing<Incident> {
  const { from, to } = query;
  const [along, ...filters] = columns
    .filter((column) => query[column] !== undefined)
    .map((column) => ({ column, condition: [`t.${column} = ?`, query[column]] as Condition }));
  const conditions: Condition[] = [['t.teamId = ?', by.teamId]];
  if (along) conditions.push(along.condition);
  if (from !== undefined) conditions.push(['t.openedAt >= ?', Date.parse(from)]);
  if (to !== undefined) conditions.push(['t.openedAt < ?', Date.parse(to)]);
  return {
    entity: Incident,
    index: `incidents_teamId${along ? `_${along.column}` : ''}`,
    conditions,
    filters: [...filters.map(({ condition }) => condition), ...ofReachedMonitor(by, 't.monitorId')],
    orderBy: ['openedAt', 'id'],
    descending: true,
  };
}

/** The timeline of an incident, oldest first. */
export const timelineOf = (incidentId: string): Listing<IncidentEvent> => ({
  entity: IncidentEvent,
  conditions: [['t.incidentId = ?', incidentId]],
  orderBy: ['seq'],
  descending: false,
});

/** An incident of the caller's team, within their reach. */
export const oneIncident = (by: Principal, id: string): Condition[] => [
  ['t.id = ? AND t.teamId = ?', id, by.teamId],
  ...ofReachedMonitor(by, 't.monitorId'),
];
