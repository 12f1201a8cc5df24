import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from './table.js';

const added = [
  ['deliveries', index('deliveries_topic_status', 'topic', 'channelId', 'status', 'seq')],
  ['incidents', index('incidents_teamId_settled', 'teamId', 'settled')],
  ['address_confirmations', index('address_confirmations_channelId', 'channelId')],
] as const;

/** What is looked for among few rows of many: what waits of a topic, whose end a team's channels are owed, a channel's links. */
export class NarrowLookUps1700000025000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, each] of added) await runner.createIndex(table, each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, each] of added.toReversed()) await runner.dropIndex(table, each);
  }
}
