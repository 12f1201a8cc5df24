import { Entity, Index, PrimaryColumn } from 'typeorm';
import { ForeignKeyTo } from '../database/columns.js';
import { Monitor } from '../monitors/monitor.entity.js';
import { AlertRule } from './alert-rule.entity.js';

/** That a rule with the scope `monitors` is over a monitor. */
@Entity('alert_rule_monitors')
@Index('alert_rule_monitors_monitorId', ['monitorId', 'ruleId'])
@ForeignKeyTo('alert_rule_monitors_rule', 'ruleId', () => AlertRule)
@ForeignKeyTo('alert_rule_monitors_monitor', 'monitorId', () => Monitor)
export class AlertRuleMonitor {
  @PrimaryColumn('varchar', { length: 40 }) ruleId: string;
  @PrimaryColumn('varchar', { length: 40 }) monitorId: string;
}

/** That a rule tells a channel of its incidents. */
@Entity('alert_rule_channels')
@Index('alert_rule_channels_channelId', ['channelId', 'ruleId'])
@ForeignKeyTo('alert_rule_channels_rule', 'ruleId', () => AlertRule)
export class AlertRuleChannel {
  @PrimaryColumn('varchar', { length: 40 }) ruleId: string;
  @PrimaryColumn('varchar', { length: 40 }) channelId: string;
}
