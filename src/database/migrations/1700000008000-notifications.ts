import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  bigInteger,
  boolean,
  code,
  id,
  index,
  instant,
  integer,
  longText,
  nullable,
  ref,
  references,
  sequence,
  table,
  text,
  unique,
} from './table.js';

const tables = [
  table(
    'notification_channels',
    [
      id(),
      ref('teamId'),
      code('type', 10),
      text('name', 80),
      text('nameKey', 160),
      boolean('active'),
      code('disabledReason', 20, nullable),
      longText('config'),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    [
      unique('notification_channels_teamId_nameKey', 'teamId', 'nameKey'),
      index('notification_channels_teamId', 'teamId', 'id'),
      references('notification_channels_team', 'teamId', 'teams'),
    ],
  ),
  table(
    'deliveries',
    [
      sequence('seq'),
      ref('id'),
      ref('teamId'),
      ref('channelId'),
      code('channelType', 10),
      ref('incidentId', nullable),
      code('type', 20),
      ref('webhookId'),
      longText('payload'),
      code('status', 10),
      integer('attempts'),
      bigInteger('nextAttemptAt', nullable),
      text('lastError', 300, nullable),
      integer('lastStatusCode', nullable),
      bigInteger('createdAt'),
      bigInteger('deliveredAt', nullable),
    ],
    [
      unique('deliveries_id', 'id'),
      index('deliveries_due', 'status', 'channelType', 'nextAttemptAt', 'seq', 'channelId'),
      index('deliveries_channelId', 'channelId', 'seq'),
      index('deliveries_channelId_status', 'channelId', 'status', 'seq'),
      index('deliveries_incidentId', 'incidentId', 'channelId', 'seq'),
      index('deliveries_teamId', 'teamId'),
      index('deliveries_createdAt', 'createdAt'),
      references('deliveries_team', 'teamId', 'teams'),
    ],
  ),
];

/** Where teams are told of incidents, and what is to be sent there: a delivery outlives its channel. */
export class Notifications1700000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
