import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  boolean,
  code,
  id,
  index,
  instant,
  nullable,
  ref,
  references,
  table,
  text,
  unique,
} from './table.js';

const tables = [
  table('instance', [id(), code('fingerprint', 64), instant('createdAt')]),
  table(
    'users',
    [
      id(),
      text('name', 100),
      text('email', 254),
      text('emailKey', 254),
      code('passwordHash', 255),
      code('timeZone', 64),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    [unique('users_emailKey', 'emailKey')],
  ),
  table('teams', [
    id(),
    text('name', 80),
    text('description', 500, nullable),
    code('plan', 20),
    instant('createdAt'),
    instant('updatedAt'),
  ]),
  table(
    'memberships',
    [
      id(),
      ref('teamId'),
      ref('userId'),
      code('role', 10),
      ref('ownerOf', nullable),
      boolean('readOnly'),
      instant('createdAt'),
    ],
    [
      unique('memberships_teamId_userId', 'teamId', 'userId'),
      unique('memberships_ownerOf', 'ownerOf'),
      index('memberships_userId', 'userId', 'id'),
      index('memberships_teamId', 'teamId', 'id'),
      references('memberships_team', 'teamId', 'teams'),
      references('memberships_user', 'userId', 'users'),
    ],
  ),
  table(
    'sessions',
    [
      id(),
      ref('userId'),
      ref('teamId'),
      code('digest', 64),
      code('secretId', 16),
      code('ip', 45),
      text('userAgent', 255),
      instant('createdAt'),
      instant('lastUsedAt'),
      instant('expiresAt'),
      instant('revokedAt', nullable),
    ],
    [
      unique('sessions_digest', 'digest'),
      index('sessions_userId', 'userId', 'id'),
      index('sessions_teamId', 'teamId'),
      index('sessions_expiresAt', 'expiresAt'),
      references('sessions_user', 'userId', 'users'),
      references('sessions_team', 'teamId', 'teams'),
    ],
  ),
];

/** Who there is: people, teams, who belongs where, and who is signed in. */
export class Accounts1700000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
