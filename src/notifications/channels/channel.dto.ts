import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import type { Config } from '../../config/config.js';
import { Structured } from '../../http/bounds.js';
import { NameField, Optional } from '../../http/fields.js';
import { issue, type ValidationIssue, isObject } from '../../http/validation-issue.js';
import { oneOf } from '../../http/one-of.js';
import { type ChannelConfig, type ConfigInput, previousSecretEndsAt } from './channel-config.js';
import {
  type ConfigDto,
  CreateSlackConfigDto,
  EmailConfigDto,
  presentConfig,
  SlackConfigDto,
  UpdateChannelConfigDto,
  WebhookConfigDto,
} from './channel-config.dto.js';
import { configIssues } from './channel-config.validation.js';
import { type DisabledReason, disabledReasons, type NotificationChannel } from './channel.entity.js';
import { MAX_URL_LENGTH } from './webhook-url.validation.js';
import { isSigningSecret, MAX_SECRET_LENGTH } from './signing-secret.js';

@ApiExtraModels(EmailConfigDto, CreateSlackConfigDto, WebhookConfigDto)
export class CreateNotificationChannelDto {
  /**
   * Unique in the team, whatever its case and the blanks in it.
   * @example "On call"
   */
  @NameField(80)
  name: string;

  /** Where it leads. */
  @ApiProperty({
    ...oneOf({ email: EmailConfigDto, slack: CreateSlackConfigDto, webhook: WebhookConfigDto }),
    example: { type: 'webhook', url: 'https://hooks.example.com/pulse' },
  })
  @Structured({ text: MAX_URL_LENGTH, entries: 0 })
  config: ConfigInput;

  /**
   * For webhooks: the secret that messages are signed with, as Standard Webhooks has it: `whsec_` and the base64 of 24 to 64 bytes. Generated when left out.
   * @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwYbh2Rk1V"
   */
  @ApiProperty({ type: String, required: false, maxLength: MAX_SECRET_LENGTH, writeOnly: true })
  @Structured({ text: MAX_SECRET_LENGTH, entries: 0 })
  secret?: string;

  /** Whether messages are sent to it: true when left out. */
  @Optional()
  @IsBoolean()
  active?: boolean;

  static validate(
    { config, secret }: CreateNotificationChannelDto,
    { egressAllow }: Config,
  ): ValidationIssue[] {
    return [...configIssues(config, { isWhole: true, egressAllow }), ...secretFaults(config, secret)];
  }
}

function secretFaults(config: unknown, secret: unknown): ValidationIssue[] {
  if (secret === undefined) return [];
  if (isObject(config) && config['type'] !== 'webhook')
    return [issue('/secret', 'webhook-only', 'Only the messages of webhooks are signed with a secret.')];
  if (isSigningSecret(secret)) return [];
  return [issue('/secret', 'secret', 'secret must be whsec_ and the base64 of 24 to 64 bytes.')];
}

export class UpdateNotificationChannelDto {
  /**
   * Unique in the team, whatever its case and the blanks in it.
   * @example "On call, by night"
   */
  @Optional()
  @NameField(80)
  name?: string;

  /** Where it leads. What is left out stays. */
  @ApiProperty({
    type: UpdateChannelConfigDto,
    required: false,
    example: {},
  })
  @Structured({ text: MAX_URL_LENGTH, entries: 0 })
  config?: ConfigInput;

  /** Whether messages are sent to it. What waits to be sent to one that becomes inactive is cancelled. */
  @Optional()
  @IsBoolean()
  active?: boolean;

  static validate({ config }: UpdateNotificationChannelDto, { egressAllow }: Config): ValidationIssue[] {
    return configIssues(config, { isWhole: false, egressAllow });
  }
}

@ApiExtraModels(EmailConfigDto, SlackConfigDto, WebhookConfigDto)
export class NotificationChannelDto {
  static readonly observed: readonly string[] = ['confirmedAt'];

  /** @example "chn_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "On call" */
  name: string;
  /** Where it leads. The address of a Slack webhook is write-only. */
  @ApiProperty({
    ...oneOf({ email: EmailConfigDto, slack: SlackConfigDto, webhook: WebhookConfigDto }),
    example: { type: 'webhook', url: 'https://hooks.example.com/pulse' },
  })
  config: ConfigDto;
  /** Whether messages are sent to it. */
  active: boolean;
  /** Why the server made it inactive: `receiver-gone` after its receiver answered 410, `plan-required` when the plan of the team no longer includes its type, `recipient-declined` when the owner of the e-mail address said that it was not they. Null where nobody or a caller did. */
  @ApiProperty({ enum: disabledReasons, nullable: true, example: null })
  disabledReason: DisabledReason | null;
  /** Since when messages may be sent to it. Null for an e-mail address that is not the verified one of a member until its owner follows the link that was sent there: nothing else is. */
  confirmedAt: Date | null;
  /** For webhooks whose secret was rotated: until when the former one signs too. */
  previousSecretEndsAt: Date | null;
  createdAt: Date;
  updatedAt: Date;

  static from(channel: NotificationChannel, config: ChannelConfig): NotificationChannelDto {
    return Object.assign(new NotificationChannelDto(), {
      id: channel.id,
      name: channel.name,
      config: presentConfig(config),
      active: channel.active,
      disabledReason: channel.disabledReason,
      confirmedAt: channel.confirmedAt,
      previousSecretEndsAt: previousSecretEndsAt(config),
      createdAt: channel.createdAt,
      updatedAt: channel.updatedAt,
    });
  }
}

export class CreatedNotificationChannelDto extends NotificationChannelDto {
  static readonly toldOnce = ['secret'];

  /**
   * For webhooks: the secret that messages are signed with, where it is new. Shown only here. Null for other types.
   * @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwYbh2Rk1V"
   */
  @ApiProperty({ type: String, nullable: true, example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwYbh2Rk1V' })
  secret: string | null;

  /** With the secret, unless it is that of `before`. */
  static of(
    channel: NotificationChannel,
    config: ChannelConfig,
    before: ChannelConfig | null = null,
  ): CreatedNotificationChannelDto {
    const known = before?.type === 'webhook' ? before.secret : null;
    const secret = config.type === 'webhook' && config.secret !== known ? config.secret : null;
    return Object.assign(new CreatedNotificationChannelDto(), NotificationChannelDto.from(channel, config), {
      secret,
    });
  }
}

export class NotificationChannelPageDto {
  data: NotificationChannelDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
