import type { Target } from '../../audit/audited-transactions.js';
import { type FieldChange, fieldChanges, createdFields, redactedChange } from '../../audit/field-changes.js';
import type { ChannelConfig } from './channel-config.js';
import { presentConfig } from './channel-config.dto.js';
import type { NotificationChannel } from './channel.entity.js';

type Channel = Pick<NotificationChannel, 'name' | 'active'>;

/** The fields whose values the audit log tells. */
const told = ['name', 'active', 'config'] as const;

export const channelTarget = ({ id, name }: Pick<NotificationChannel, 'id' | 'name'>): Target => ({
  type: 'channel',
  id,
  name,
});

/** A channel as the audit log tells of it: with what callers can read of its config. */
const view = ({ name, active }: Channel, config: ChannelConfig) => ({
  name,
  active,
  config: presentConfig(config),
});

/** What the audit log tells of a new channel. */
export const initialChannel = (channel: Channel, config: ChannelConfig): FieldChange[] => [
  ...createdFields(view(channel, config), told),
  ...secretChanges(null, config),
];

/** What the audit log tells of an edit. */
export const channelChanges = (
  [before, configBefore]: readonly [Channel, ChannelConfig],
  [after, configAfter]: readonly [Channel, ChannelConfig],
): FieldChange[] => [
  ...fieldChanges(view(before, configBefore), view(after, configAfter), told),
  ...secretChanges(configBefore, configAfter),
];

/** The secrets that are new or different. */
function secretChanges(before: ChannelConfig | null, after: ChannelConfig): FieldChange[] {
  if (after.type === 'slack' && before?.type === 'slack' && before.webhookUrl === after.webhookUrl) return [];
  if (after.type === 'webhook' && before?.type === 'webhook' && before.secret === after.secret) return [];
  if (after.type === 'email') return [];
  return [redactedChange(after.type === 'slack' ? 'config.webhookUrl' : 'secret')];
}
