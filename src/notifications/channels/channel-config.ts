import { issue, type ValidationIssue, unknownMembers } from '../../http/validation-issue.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import type { SigningSecrets } from './signing-secret.js';

/** Where a channel leads, as it is stored: sealed as a whole. */
export type ChannelConfig =
  | { readonly type: 'email'; readonly address: string }
  | { readonly type: 'slack'; readonly webhookUrl: string }
  | ({ readonly type: 'webhook'; readonly url: string } & SigningSecrets);

/** The member of each type that callers write. */
export const inputFieldOf = {
  email: 'address',
  slack: 'webhookUrl',
  webhook: 'url',
} as const satisfies Record<ChannelType, string>;

/** The config of a new channel. `input` has no fault, and `secret` is for webhooks. */
export function newConfig(input: ConfigInput, secret: string): ChannelConfig {
  switch (input.type!) {
    case 'email':
      return { type: 'email', address: input.address! };
    case 'slack':
      return { type: 'slack', webhookUrl: input.webhookUrl! };
    case 'webhook':
      return { type: 'webhook', url: input.url!, secret, previous: null };
  }
}

/**
 * What `input` makes of a stored config: what it leaves out stays. A channel keeps its type. A webhook that
 * leads to another origin signs with `newSecret` from then on, and with no earlier one: what the new receiver
 * gets must not pass for a message of ours at the former one.
 */
export function editConfig(
  stored: ChannelConfig,
  input: ConfigInput = {},
  newSecret: string,
): { config: ChannelConfig; issues: ValidationIssue[] } {
  const { type, ...edit } = input;
  if (type !== undefined && type !== stored.type)
    return {
      config: stored,
      issues: [
        issue('/config/type', 'type', `A channel keeps its type: this one is of type ${stored.type}.`),
      ],
    };
  const issues = unknownMembers(edit, [inputFieldOf[stored.type]], '/config');
  const config = { ...stored, ...edit } as ChannelConfig;
  const isElsewhere = issues.length === 0 && leadsElsewhere(stored, config);
  return {
    config: isElsewhere ? ({ ...config, secret: newSecret, previous: null } as ChannelConfig) : config,
    issues,
  };
}

const leadsElsewhere = (before: ChannelConfig, after: ChannelConfig): boolean =>
  before.type === 'webhook' &&
  after.type === 'webhook' &&
  new URL(before.url).origin !== new URL(after.url).origin;

/** The config with another signing secret. The one before it goes on signing for a while. */
export const withSecret = <T extends ChannelConfig & { type: 'webhook' }>(
  config: T,
  secret: string,
  previousEndsAt: number,
): T => ({ ...config, secret, previous: { secret: config.secret, endsAt: previousEndsAt } });

/** Until when an earlier signing secret signs too, or null. */
export const previousSecretEndsAt = (config: ChannelConfig): Date | null =>
  config.type === 'webhook' && config.previous ? new Date(config.previous.endsAt) : null;
/** What callers write of where a channel leads. */
export interface ConfigInput {
  readonly type?: ChannelType;
  readonly address?: string;
  readonly webhookUrl?: string;
  readonly url?: string;
}
