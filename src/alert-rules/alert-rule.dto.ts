import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { type UptimeWindow, uptimeWindows } from '../checks/result/uptime.js';
import { NameField, Optional, QueryBoolean } from '../http/fields.js';
import { PageQuery } from '../http/page.dto.js';
import { type Priority, priorities, type Scope, scopes } from './alert-rule.entity.js';
import { type ConditionKind, conditions, type Operator, operators } from './condition.js';
import type { AlertRuleWithLinks } from './linked-rule.js';

export class AlertRuleDto {
  /** @example "rul_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Checkout is slow" */
  name: string;
  /** @example "Nobody can pay while this fires" */
  description: string | null;
  /**
   * What a check is held against.
   * @example "response-time"
   */
  @ApiProperty({ enum: conditions })
  condition: ConditionKind;
  /** How the value is compared; null for `check-failed`. */
  @ApiProperty({ type: 'string', enum: [...operators, null], nullable: true, example: 'above' })
  operator: Operator | null;
  /** What is compared with: a status code, milliseconds, percent or days; null for `check-failed`. */
  @ApiProperty({ type: Number, nullable: true, example: 2_000 })
  value: number | null;
  /** Over which time `uptime` is measured; null for all other conditions. */
  @ApiProperty({ type: 'string', enum: [...uptimeWindows, null], nullable: true, example: null })
  window: UptimeWindow | null;
  /** `team`: all monitors, those to come too. `monitors`: those in `monitorIds`. */
  @ApiProperty({ enum: scopes, example: 'monitors' })
  scope: Scope;
  /**
   * The monitors it is over, where it is not over all of them. None is left of a rule whose monitors were all deleted: it is inactive then.
   * @example ["mon_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  monitorIds: string[];
  /**
   * The notification channels that are told of its incidents.
   * @example ["chn_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  channelIds: string[];
  /**
   * For how many seconds after it was over a failure reopens an incident; then it has to be good as long before that is
   * told again. So channels get at most three messages in that time.
   * @example 900
   */
  @ApiProperty({ type: 'integer' })
  cooldownSeconds: number;
  /** How severe its incidents are. */
  @ApiProperty({ enum: priorities, example: 'high' })
  priority: Priority;
  /**
   * After how many matching checks in a row an incident begins. Counted are looks instead for `uptime`, one a minute,
   * and for `certificate-expiry`, one an hour: anew after each restart of the server.
   * @example 3
   */
  @ApiProperty({ type: 'integer' })
  triggerAfter: number;
  /**
   * After how many other checks in a row the incident is resolved. For `uptime` and `certificate-expiry` it counts
   * looks, as `triggerAfter` does.
   * @example 2
   */
  @ApiProperty({ type: 'integer' })
  resolveAfter: number;
  /** Whether checks are held against it. */
  active: boolean;
  createdAt: Date;
  updatedAt: Date;

  static from(rule: AlertRuleWithLinks): AlertRuleDto {
    return Object.assign(new AlertRuleDto(), {
      id: rule.id,
      name: rule.name,
      description: rule.description,
      condition: rule.condition,
      operator: rule.operator,
      value: rule.value,
      window: rule.window,
      scope: rule.scope,
      monitorIds: rule.monitorIds,
      channelIds: rule.channelIds,
      cooldownSeconds: rule.cooldownSeconds,
      priority: rule.priority,
      triggerAfter: rule.triggerAfter,
      resolveAfter: rule.resolveAfter,
      active: rule.active,
      createdAt: rule.createdAt,
      updatedAt: rule.updatedAt,
    });
  }
}

export class AlertRulePageDto {
  data: AlertRuleDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export class ListAlertRulesDto extends PageQuery {
  /** Only rules that are active, or only those that are not. */
  @QueryBoolean()
  active?: boolean;

  /** Only rules with this priority. */
  @ApiProperty({ enum: priorities, required: false })
  @Optional()
  @IsIn(priorities)
  priority?: Priority;

  /**
   * Only rules that are over this monitor, whether they name it or are over all of the team.
   * @example "mon_01jd8x0000e3vb6qk4mzt5w7ya"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  monitorId?: string;

  /**
   * Only rules with this in their name, whatever its case.
   * @example "checkout"
   */
  @Optional()
  @NameField(80)
  q?: string;
}
