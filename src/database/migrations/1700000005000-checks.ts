import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { SHARDS, shardOf } from '../../common/slot-grid.js';
import {
  bigInteger,
  boolean,
  code,
  index,
  integer,
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

const feed = [
  table('change_feed_version', [primary(integer('id')), bigInteger('version')]),
  table(
    'change_feed',
    [
      primary(bigInteger('version')),
      primary(code('kind', 30)),
      primary(ref('subjectId')),
      bigInteger('publishedAt'),
    ],
    [index('change_feed_publishedAt', 'publishedAt')],
  ),
];

const checks = [
  table(
    'monitor_states',
    [
      primary(ref('monitorId')),
      integer('shard'),
      code('verdict', 10),
      bigInteger('since'),
      integer('goodInRow'),
      integer('badInRow'),
      bigInteger('lastDueAt', nullable),
      bigInteger('lastCheckedAt', nullable),
      code('lastError', 30, nullable),
      bigInteger('certificateExpiresAt', nullable),
      integer('uptime24h', nullable),
      bigInteger('epoch'),
    ],
    [
      index('monitor_states_shard', 'shard', 'monitorId'),
      references('monitor_states_monitor', 'monitorId', 'monitors'),
    ],
  ),
  table(
    'checks',
    [
      sequence('seq'),
      ref('monitorId'),
      bigInteger('dueAt'),
      integer('lagMs'),
      code('cause', 12),
      boolean('ok'),
      code('verdict', 12),
      boolean('inMaintenance'),
      code('error', 30, nullable),
      text('detail', 500, nullable),
      integer('statusCode', nullable),
      integer('dnsUs', nullable),
      integer('connectUs', nullable),
      integer('tlsUs', nullable),
      integer('firstByteUs', nullable),
      integer('totalUs'),
      integer('bodyBytes'),
      bigInteger('certificateExpiresAt', nullable),
      code('address', 45, nullable),
      longText('excerpt', nullable),
    ],
    [
      unique('checks_monitorId_dueAt', 'monitorId', 'dueAt'),
      index('checks_monitorId_ok', 'monitorId', 'ok', 'dueAt'),
      index('checks_monitorId_cause', 'monitorId', 'cause', 'dueAt'),
    ],
  ),
  table('check_rollups', [
    primary(ref('monitorId')),
    primary(integer('resolution')),
    primary(bigInteger('bucketStart')),
    integer('okCount'),
    integer('failedCount'),
    integer('inconclusiveCount'),
    integer('skippedCount'),
    integer('maintenanceCount'),
    integer('timedCount'),
    bigInteger('sumUs'),
    integer('minUs', nullable),
    integer('maxUs', nullable),
    longText('histogram'),
  ]),
  table('removed_monitors', [primary(ref('monitorId')), bigInteger('removedAt')]),
  table(
    'check_requests',
    [primary(ref('id')), ref('monitorId'), bigInteger('requestedAt'), longText('answer', nullable)],
    [index('check_requests_requestedAt', 'requestedAt')],
  ),
  table('workers', [primary(ref('id')), bigInteger('seenUntil')]),
  table('shard_leases', [
    primary(integer('shard')),
    ref('owner', nullable),
    bigInteger('leasedUntil'),
    bigInteger('epoch'),
  ]),
];

/** What was written on every check moves to a table of its own: a monitor's row may be large. */
const moved = ['lastCheckedAt', 'nextCheckAt', 'certificateExpiresAt'];

/** Checks, what is known from them of each monitor, and which process makes them. */
export class Checks1700000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of [...feed, ...checks]) await runner.createTable(each);
    await runner.query('INSERT INTO change_feed_version (id, version) VALUES (1, 0)');
    const leases = Array.from({ length: SHARDS }, (_, shard) => `(${shard}, NULL, 0, 0)`).join(', ');
    await runner.query(`INSERT INTO shard_leases (shard, owner, leasedUntil, epoch) VALUES ${leases}`);
    await this.addStates(runner);
    for (const column of moved) await runner.query(`ALTER TABLE monitors DROP COLUMN ${column}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const type = dialect === 'mysql' ? 'datetime(3)' : 'datetime';
    for (const column of moved) await runner.query(`ALTER TABLE monitors ADD COLUMN ${column} ${type}`);
    for (const each of [...feed, ...checks].toReversed()) await runner.dropTable(each);
  }

  private async addStates(runner: QueryRunner): Promise<void> {
    const monitors = (await runner.query('SELECT id FROM monitors')) as Array<{ id: string }>;
    for (const { id } of monitors)
      await runner.query(
        `INSERT INTO monitor_states (monitorId, shard, verdict, since, goodInRow, badInRow, epoch) VALUES (?, ?, 'pending', ?, 0, 0, 0)`,
        [id, shardOf(id), Date.now()],
      );
  }
}
