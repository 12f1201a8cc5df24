import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigInteger,
  code,
  id,
  index,
  integer,
  json,
  longText,
  nullable,
  primary,
  ref,
  references,
  sequence,
  table,
  text,
  unique,
} from './table.js';

const tables = [
  table(
    'incidents',
    [
      id(),
      ref('teamId'),
      ref('monitorId'),
      text('monitorName', 120),
      text('monitorUrl', 2000),
      ref('ruleId'),
      text('ruleName', 80),
      text('title', 250),
      code('status', 12),
      code('severity', 10),
      code('openKey', 90, nullable),
      bigInteger('startedAt'),
      bigInteger('openedAt'),
      bigInteger('lastOpenedAt'),
      json('toldChannelIds', nullable),
      bigInteger('acknowledgedAt', nullable),
      ref('acknowledgedById', nullable),
      text('acknowledgedByName', 100, nullable),
      bigInteger('resolvedAt', nullable),
      ref('resolvedById', nullable),
      text('resolvedByName', 100, nullable),
      bigInteger('autoResolvedAt', nullable),
      integer('reopenCount'),
      text('rootCause', 2000, nullable),
      bigInteger('checkAt', nullable),
      integer('checkStatusCode', nullable),
      code('checkError', 30, nullable),
      text('checkDetail', 500, nullable),
      bigInteger('updatedAt'),
    ],
    [
      unique('incidents_openKey', 'openKey'),
      index('incidents_teamId', 'teamId', 'openedAt', 'id'),
      index('incidents_teamId_status', 'teamId', 'status', 'openedAt', 'id'),
      index('incidents_teamId_severity', 'teamId', 'severity', 'openedAt', 'id'),
      index('incidents_teamId_monitorId', 'teamId', 'monitorId', 'openedAt', 'id'),
      index('incidents_teamId_ruleId', 'teamId', 'ruleId', 'openedAt', 'id'),
      index('incidents_ruleId', 'ruleId', 'monitorId', 'lastOpenedAt'),
      index('incidents_monitorId', 'monitorId', 'openKey'),
      index('incidents_monitorId_updatedAt', 'monitorId', 'updatedAt'),
      references('incidents_team', 'teamId', 'teams'),
    ],
  ),
  table(
    'incident_evidence',
    [primary(ref('incidentId')), longText('checks')],
    [references('incident_evidence_incident', 'incidentId', 'incidents')],
  ),
  table(
    'incident_events',
    [
      sequence('seq'),
      ref('id'),
      ref('incidentId'),
      bigInteger('at'),
      code('type', 15),
      ref('actorId', nullable),
      text('actorName', 100, nullable),
      longText('detail'),
    ],
    [
      unique('incident_events_id', 'id'),
      index('incident_events_incidentId', 'incidentId', 'seq'),
      references('incident_events_incident', 'incidentId', 'incidents'),
    ],
  ),
];

/** What rules found wrong, what proves it, and what was done about it. */
export class Incidents1700000009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
