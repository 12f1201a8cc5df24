import type { Condition, Listing } from '../http/pages.js';
import type { ListIncidentsDto } from './incident.dto.js';
import { Incident } from './incident.entity.js';
import { IncidentEvent } from './incident-event.entity.js';

/** The incidents of a team that `query` asks for, newest first. */
export function incidentListing(teamId: string, query: ListIncidentsDto): Listing<Incident> {
  const { status, severity, monitorId, ruleId, from, to } = query;
  const conditions: Condition[] = [['t.teamId = ?', teamId]];
  if (status !== undefined) conditions.push(['t.status = ?', status]);
  if (severity !== undefined) conditions.push(['t.severity = ?', severity]);
  if (monitorId !== undefined) conditions.push(['t.monitorId = ?', monitorId]);
  if (ruleId !== undefined) conditions.push(['t.ruleId = ?', ruleId]);
  if (from !== undefined) conditions.push(['t.openedAt >= ?', Date.parse(from)]);
  if (to !== undefined) conditions.push(['t.openedAt < ?', Date.parse(to)]);
  return { entity: Incident, conditions, orderBy: ['openedAt', 'id'], descending: true };
}

/** The timeline of an incident, oldest first. */
export const timelineOf = (incidentId: string): Listing<IncidentEvent> => ({
  entity: IncidentEvent,
  conditions: [['t.incidentId = ?', incidentId]],
  orderBy: ['seq'],
  descending: false,
});
