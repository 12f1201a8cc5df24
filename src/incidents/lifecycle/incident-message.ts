import type { IncidentMessage } from '../../notifications/senders/message.js';
import { durationOf } from './duration.js';
import { type CheckSummary, type Incident, isFlapping } from './incident.entity.js';

/** What a message needs beside the incident. */
interface Around {
  readonly teamName: string;
  /** How long it has to be good before one that is flapping is over; null where it is over. */
  readonly cooldownMs: number | null;
}

/** What channels are told of an incident. `check` opened it, or ended it; null where none did. */
export const incidentMessageOf = (
  incident: Incident,
  check: CheckSummary | null,
  { teamName, cooldownMs }: Around,
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
    reopenCount: incident.reopenCount,
    flapping: isFlapping(incident) && cooldownMs !== null,
    allClearAfterSeconds: isFlapping(incident) && cooldownMs !== null ? cooldownMs / 1000 : null,
    resolution: incident.resolution,
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
