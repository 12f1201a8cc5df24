import type { IncidentMessage } from '../notifications/message.js';
import type { EvidentCheck } from './evidence.js';
import { durationOf } from './duration.js';
import type { Incident } from './incident.entity.js';

/** What channels are told of an incident. `check` opened it, or ended it; null where none did. */
export const messageOf = (
  incident: Incident,
  check: EvidentCheck | null,
  teamName: string,
): IncidentMessage => ({
  incident: {
    id: incident.id,
    title: incident.title,
    status: incident.status,
    severity: incident.severity,
    startedAt: new Date(incident.startedAt).toISOString(),
    resolvedAt: incident.resolvedAt === null ? null : new Date(incident.resolvedAt).toISOString(),
    durationSeconds: incident.resolvedAt === null ? null : durationOf(incident, incident.resolvedAt),
    rootCause: incident.rootCause,
  },
  monitor: { id: incident.monitorId, name: incident.monitorName, url: incident.monitorUrl },
  check: check && {
    at: new Date(check.at).toISOString(),
    statusCode: check.statusCode,
    error: check.error,
    detail: check.detail,
  },
  team: { id: incident.teamId, name: teamName },
  rule: { id: incident.ruleId, name: incident.ruleName },
});
