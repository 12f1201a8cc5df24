import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
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
  table,
  text,
  unique,
} from './table.js';

const tables = [
  table(
    'projects',
    [
      id(),
      ref('teamId'),
      text('name', 80),
      text('nameKey', 160),
      text('description', 500, nullable),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    [
      unique('projects_teamId_nameKey', 'teamId', 'nameKey'),
      index('projects_teamId', 'teamId', 'id'),
      references('projects_team', 'teamId', 'teams'),
    ],
  ),
  table(
    'monitors',
    [
      id(),
      ref('teamId'),
      ref('projectId'),
      text('name', 120),
      text('nameKey', 240),
      text('url', 2000),
      code('method', 10),
      integer('intervalSeconds'),
      integer('timeoutSeconds'),
      integer('expectedStatus'),
      boolean('verifyTls'),
      boolean('followRedirects'),
      longText('headers'),
      longText('body', nullable),
      longText('auth'),
      longText('assertions'),
      boolean('active'),
      code('status', 10),
      instant('lastCheckedAt', nullable),
      instant('nextCheckAt', nullable),
      instant('certificateExpiresAt', nullable),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    [
      index('monitors_teamId', 'teamId', 'id'),
      index('monitors_teamId_nameKey', 'teamId', 'nameKey', 'id'),
      index('monitors_teamId_status', 'teamId', 'status', 'id'),
      index('monitors_projectId', 'projectId', 'id'),
      references('monitors_team', 'teamId', 'teams'),
      references('monitors_project', 'projectId', 'projects', 'RESTRICT'),
    ],
  ),
];

/** What is watched, and how it is grouped. */
export class Monitors1700000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
