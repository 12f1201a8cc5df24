import type { EncryptionContext, Secrets } from '../../crypto/secrets.js';
import type { ChannelConfig } from './channel-config.js';
import type { NotificationChannel } from './channel.entity.js';

type Owner = Pick<NotificationChannel, 'id' | 'teamId'>;

/** Where the config of a channel is sealed for. */
export const placeOf = ({ id, teamId }: Owner): EncryptionContext => ({
  table: 'notification_channels',
  column: 'config',
  row: id,
  team: teamId,
});

export const sealConfig = (secrets: Secrets, config: ChannelConfig, owner: Owner): string =>
  secrets.encrypt(JSON.stringify(config), placeOf(owner));

/** Throws `EnvelopeError`. */
export const openConfig = (
  secrets: Secrets,
  { config, ...owner }: Owner & Pick<NotificationChannel, 'config'>,
): ChannelConfig => JSON.parse(secrets.decrypt(config, placeOf(owner))) as ChannelConfig;
