import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SHARDS } from '../../common/slot-grid.js';
import { accountTables } from './initial/accounts.js';
import { alertingTables } from './initial/alerting.js';
import { apiKeyTables } from './initial/api-keys.js';
import { makeAppendOnly } from './initial/append-only.js';
import { auditTables } from './initial/audit.js';
import { checkTables } from './initial/checks.js';
import { incidentTables } from './initial/incidents.js';
import { monitorTables } from './initial/monitors.js';
import { notificationTables } from './initial/notifications.js';

/** In an order in which each refers to earlier ones only. */
const tables = [
  ...accountTables,
  ...apiKeyTables,
  ...monitorTables,
  ...auditTables,
  ...checkTables,
  ...alertingTables,
  ...notificationTables,
  ...incidentTables,
];

/** Everything that the first release has. */
export class Initial1764547200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
    await makeAppendOnly(runner);
    await runner.query('INSERT INTO change_feed_version (id, version) VALUES (1, 0)');
    const leases = Array.from({ length: SHARDS }, (_, shard) => `(${shard}, NULL, 0, 0)`).join(', ');
    await runner.query(`INSERT INTO shard_leases (shard, owner, leasedUntil, epoch) VALUES ${leases}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
