import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { code, index, instant, nullable, primary, ref, table, unique } from './table.js';

const tables = [
  table(
    'address_confirmations',
    [
      primary(ref('webhookId')),
      ref('teamId'),
      ref('channelId'),
      code('addressDigest', 64),
      code('digest', 64, nullable),
      code('secretId', 16),
      instant('createdAt'),
      instant('usedAt', nullable),
    ],
    [
      unique('address_confirmations_digest', 'digest'),
      index('address_confirmations_addressDigest', 'addressDigest', 'createdAt'),
      index('address_confirmations_teamId', 'teamId', 'createdAt'),
      index('address_confirmations_createdAt', 'createdAt'),
    ],
  ),
  table('declined_addresses', [primary(code('addressDigest', 64)), instant('declinedAt')]),
];

const INSTANT = dialect === 'mysql' ? 'datetime(3) NULL' : 'datetime';

/** E-mail goes to addresses that are confirmed, and to none that declined. Channels there are count as confirmed. */
export class ConfirmedAddresses1700000022000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users ADD COLUMN emailVerifiedAt ${INSTANT}`);
    await runner.query(`ALTER TABLE notification_channels ADD COLUMN confirmedAt ${INSTANT}`);
    await runner.query('UPDATE notification_channels SET confirmedAt = createdAt');
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
    await runner.query('ALTER TABLE notification_channels DROP COLUMN confirmedAt');
    await runner.query('ALTER TABLE users DROP COLUMN emailVerifiedAt');
  }
}
