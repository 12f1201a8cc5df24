import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  boolean,
  code,
  double,
  id,
  index,
  instant,
  integer,
  nullable,
  primary,
  ref,
  references,
  table,
  text,
  unique,
} from './table.js';

const tables = [
  table(
    'alert_rules',
    [
      id(),
      ref('teamId'),
      text('name', 80),
      text('nameKey', 160),
      text('description', 500, nullable),
      code('condition', 20),
      code('operator', 12, nullable),
      double('value', nullable),
      code('window', 4, nullable),
      code('scope', 10),
      integer('cooldownSeconds'),
      code('priority', 10),
      integer('triggerAfter'),
      integer('resolveAfter'),
      boolean('active'),
      instant('createdAt'),
      instant('updatedAt'),
    ],
    [
      index('alert_rules_teamId', 'teamId', 'id'),
      unique('alert_rules_teamId_nameKey', 'teamId', 'nameKey'),
      references('alert_rules_team', 'teamId', 'teams'),
    ],
  ),
  table(
    'alert_rule_monitors',
    [primary(ref('ruleId')), primary(ref('monitorId'))],
    [
      index('alert_rule_monitors_monitorId', 'monitorId', 'ruleId'),
      references('alert_rule_monitors_rule', 'ruleId', 'alert_rules'),
      references('alert_rule_monitors_monitor', 'monitorId', 'monitors'),
    ],
  ),
  table(
    'alert_rule_channels',
    [primary(ref('ruleId')), primary(ref('channelId'))],
    [
      index('alert_rule_channels_channelId', 'channelId', 'ruleId'),
      references('alert_rule_channels_rule', 'ruleId', 'alert_rules'),
    ],
  ),
];

/** What turns bad checks into incidents. */
export class AlertRules1700000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const each of tables) await runner.createTable(each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of tables.toReversed()) await runner.dropTable(each);
  }
}
