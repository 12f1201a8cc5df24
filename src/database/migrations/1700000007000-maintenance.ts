import type { MigrationInterface, QueryRunner } from 'typeorm';
import { code, id, index, instant, nullable, primary, ref, references, table, text } from './table.js';

const tables = [
  table(
    'maintenance_windows',
    [
      id(),
      ref('teamId'),
      text('title', 120),
      text('description', 500, nullable),
      instant('startsAt'),
      instant('endsAt'),
      code('recurrence', 10),
      code('timeZone', 64),
      instant('until', nullable),
      instant('endedAt', nullable),
      instant('lastEndsAt'),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    [
      index('maintenance_windows_teamId', 'teamId', 'id'),
      index('maintenance_windows_teamId_lastEndsAt', 'teamId', 'lastEndsAt', 'id'),
      index('maintenance_windows_lastEndsAt', 'lastEndsAt'),
      references('maintenance_windows_team', 'teamId', 'teams'),
    ],
  ),
  table(
    'maintenance_window_monitors',
    [primary(ref('windowId')), primary(ref('monitorId'))],
    [
      index('maintenance_window_monitors_monitorId', 'monitorId', 'windowId'),
      references('maintenance_window_monitors_window', 'windowId', 'maintenance_windows'),
      references('maintenance_window_monitors_monitor', 'monitorId', 'monitors'),
    ],
  ),
];

/** When incidents are not opened, because somebody works on what is watched. */
export class Maintenance1700000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
