import { ApiProperty } from '@nestjs/swagger';
import { type ChannelType, channelTypes } from '../../plans/plan-limits.js';
import type { ChannelConfig } from './channel-config.js';
import { MAX_EMAIL } from '../../accounts/email.js';
import { MAX_URL_LENGTH } from './webhook-url.validation.js';

export class EmailConfigDto {
  @ApiProperty({ enum: ['email'] })
  type: 'email';
  /** @example "on-call@example.com" */
  @ApiProperty({ format: 'email', maxLength: MAX_EMAIL })
  address: string;
}

export class CreateSlackConfigDto {
  @ApiProperty({ enum: ['slack'] })
  type: 'slack';
  /**
   * The address of an incoming webhook: https. Write-only: stored encrypted, and never answered.
   * @example "https://hooks.slack.com/services/T0001/B0001/x7Kq"
   */
  @ApiProperty({ minLength: 1, maxLength: MAX_URL_LENGTH, writeOnly: true })
  webhookUrl: string;
}

export class WebhookConfigDto {
  @ApiProperty({ enum: ['webhook'] })
  type: 'webhook';
  /**
   * Where messages are posted to: http or https, without a user name or password. Private and other special addresses are refused unless the operator allows them.
   * @example "https://hooks.example.com/pulse"
   */
  @ApiProperty({ minLength: 1, maxLength: MAX_URL_LENGTH })
  url: string;
}

/** What is left out stays. */
export class UpdateChannelConfigDto {
  /** A channel keeps its type. */
  @ApiProperty({ enum: channelTypes, required: false })
  type?: ChannelType;
  /** @example "on-call@example.com" */
  @ApiProperty({ required: false, format: 'email', maxLength: MAX_EMAIL })
  address?: string;
  /** @example "https://hooks.slack.com/services/T0001/B0001/x7Kq" */
  @ApiProperty({ required: false, minLength: 1, maxLength: MAX_URL_LENGTH, writeOnly: true })
  webhookUrl?: string;
  /** @example "https://hooks.example.com/pulse" */
  @ApiProperty({ required: false, minLength: 1, maxLength: MAX_URL_LENGTH })
  url?: string;
}

export class SlackConfigDto {
  @ApiProperty({ enum: ['slack'] })
  type: 'slack';
  /** Always null: whoever knows the address can write to the channel. */
  @ApiProperty({ type: String, nullable: true, example: null })
  webhookUrl: null;
  /** That there is an address. */
  @ApiProperty({ enum: [true], example: true })
  isSet: true;
  /**
   * The host of the address.
   * @example "hooks.slack.com"
   */
  host: string;
}

export type ConfigDto = EmailConfigDto | SlackConfigDto | WebhookConfigDto;

/** Where a channel leads, without what is secret of it. */
export function presentConfig(config: ChannelConfig): ConfigDto {
  switch (config.type) {
    case 'email':
      return { type: 'email', address: config.address };
    case 'slack':
      return { type: 'slack', webhookUrl: null, isSet: true, host: new URL(config.webhookUrl).host };
    case 'webhook':
      return { type: 'webhook', url: config.url };
  }
}
