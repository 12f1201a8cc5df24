import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { type UptimeWindow, uptimeWindows } from '../checks/result/uptime.js';
import { DescriptionField, NameField, Nullable, Optional } from '../http/fields.js';
import { IdListField } from '../http/id-list.js';
import type { ValidationIssue } from '../http/validation-issue.js';
import { type Priority, priorities, type Scope, scopes } from './alert-rule.entity.js';
import { type ConditionKind, conditions, type Operator, operators } from './condition.js';
import { conditionIssues } from './condition.validation.js';
import { scopeIssues } from './scope.validation.js';
import { MAX_STREAK } from './streak.js';

/** The settings that may always be left out. */
class OptionalSettingsDto {
  /** @example "Nobody can pay while this fires" */
  @DescriptionField()
  description?: string | null;

  /** How the value is compared: see `condition`. Null or left out for `check-failed`. */
  @ApiProperty({
    type: 'string',
    enum: [...operators, null],
    nullable: true,
    required: false,
    example: 'above',
  })
  @Nullable()
  @IsIn(operators)
  operator?: Operator | null;

  /** What is compared with: a status code, milliseconds (1 to 60,000), percent (0 to 100) or days (1 to 365). Null or left out for `check-failed`. */
  @ApiProperty({ type: Number, nullable: true, required: false, example: 2_000 })
  @Nullable()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  value?: number | null;

  /** Over which time `uptime` is measured. Null or left out for all other conditions. */
  @ApiProperty({
    type: 'string',
    enum: [...uptimeWindows, null],
    nullable: true,
    required: false,
    example: null,
  })
  @Nullable()
  @IsIn(uptimeWindows)
  window?: UptimeWindow | null;

  /** `team`: all monitors, those to come too. `monitors`: those in `monitorIds`. `team` when left out at creation. */
  @ApiProperty({ enum: scopes, required: false, example: 'team' })
  @Optional()
  @IsIn(scopes)
  scope?: Scope;

  /**
   * The monitors the rule is over: at least one with the scope `monitors`, none with `team`.
   * @example ["mon_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  @Optional()
  @IdListField(200)
  monitorIds?: string[];

  /**
   * The notification channels that are told of its incidents. With none, incidents are only shown.
   * @example ["chn_01jd8x0000e3vb6qk4mzt5w7ya"]
   */
  @Optional()
  @IdListField(20)
  channelIds?: string[];

  /**
   * For how many seconds after it was over a failure reopens an incident; then it has to be good as long before that is
   * told again. So channels get at most three messages in that time. 900 when left out at creation; 0 for none of it.
   * @example 900
   */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 86_400, required: false })
  @Optional()
  @Max(86_400)
  @Min(0)
  @IsInt()
  cooldownSeconds?: number;

  /**
   * How severe its incidents are: `high` when left out at creation.
   * @example "high"
   */
  @ApiProperty({ enum: priorities, required: false })
  @Optional()
  @IsIn(priorities)
  priority?: Priority;

  /**
   * After how many matching checks in a row an incident begins: 1 when left out at creation. Counted are looks instead
   * for `uptime`, one a minute, and for `certificate-expiry`, one an hour: anew after each restart of the server.
   * @example 3
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_STREAK, required: false })
  @Optional()
  @Max(MAX_STREAK)
  @Min(1)
  @IsInt()
  triggerAfter?: number;

  /**
   * After how many other checks in a row the incident is resolved: 2 when left out at creation. For `uptime` and
   * `certificate-expiry` it counts looks, as `triggerAfter` does.
   * @example 2
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_STREAK, required: false })
  @Optional()
  @Max(MAX_STREAK)
  @Min(1)
  @IsInt()
  resolveAfter?: number;

  /** Whether checks are held against it: true when left out at creation. */
  @Optional()
  @IsBoolean()
  active?: boolean;
}

export class CreateAlertRuleDto extends OptionalSettingsDto {
  /**
   * Unique in the team, whatever its case and the blanks in it.
   * @example "Checkout is slow"
   */
  @NameField(80)
  name: string;

  /**
   * What a check is held against: its `status-code` (equals, not-equals), its `response-time` (above, at-least, below, at-most), the `uptime` with it, in percent of the time observed (below, at-most; needs 10 checks), `certificate-expiry` (below), or `check-failed`: that it was not ok, whatever the reason. No response has no status code and takes for ever.
   * @example "response-time"
   */
  @ApiProperty({ enum: conditions })
  @IsIn(conditions)
  condition: ConditionKind;

  static validate(input: CreateAlertRuleDto): ValidationIssue[] {
    return [...conditionIssues(input), ...scopeIssues({ scope: 'team', monitorIds: [], ...input })];
  }
}

export class UpdateAlertRuleDto extends OptionalSettingsDto {
  /**
   * Unique in the team, whatever its case and the blanks in it.
   * @example "Checkout is slow"
   */
  @Optional()
  @NameField(80)
  name?: string;

  /**
   * What a check is held against: see the creation of a rule. Another condition begins without operator, value and window: send those it takes along.
   * @example "response-time"
   */
  @ApiProperty({ enum: conditions, required: false })
  @Optional()
  @IsIn(conditions)
  condition?: ConditionKind;
}
