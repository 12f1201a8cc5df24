import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { newId } from '../../common/id.js';
import { nameKey } from '../../common/name.js';
import { Secrets } from '../../crypto/secrets.js';
import { type Page, Pages } from '../../http/pages.js';
import type { PageQuery } from '../../http/page.dto.js';
import { expectMatch } from '../../http/resource.js';
import { throwIfInvalid } from '../../http/validation.pipe.js';
import { PlansRepository } from '../../plans/plans.repository.js';
import { AddressConfirmations } from '../recipients/address-confirmations.js';
import { MADE_INACTIVE } from './channel-deactivation.js';
import { channelChanges, channelTarget, initialChannel } from './channel.audit.js';
import { type ChannelConfig, editConfig, newConfig, withSecret } from './channel-config.js';
import { ChannelEvents } from './channel-events.js';
import {
  isOtherMailbox,
  isReachable,
  refuseTaken,
  requireChannel,
  requireRoom,
  requireType,
} from './channel-rules.js';
import { ChannelsRepository } from './channels.repository.js';
import { DeliveriesRepository } from '../deliveries/deliveries.repository.js';
import {
  CreatedNotificationChannelDto,
  type CreateNotificationChannelDto,
  NotificationChannelDto,
  type UpdateNotificationChannelDto,
} from './channel.dto.js';
import type { NotificationChannel } from './channel.entity.js';
import { ChannelWithoutSecret } from '../notifications.problems.js';
import { openConfig, sealConfig } from './channel-config.encryption.js';
import { newSigningSecret } from './signing-secret.js';

/** How long a signing secret that was rotated away signs too. */
const OVERLAP_MS = 24 * 3_600_000;

@Injectable()
export class NotificationChannelsService {
  constructor(
    private readonly channels: ChannelsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly plans: PlansRepository,
    private readonly secrets: Secrets,
    private readonly events: ChannelEvents,
    private readonly confirmations: AddressConfirmations,
  ) {}

  create(by: Principal, input: CreateNotificationChannelDto): Promise<CreatedNotificationChannelDto> {
    const { name, active = true } = input;
    const config = newConfig(input.config, input.secret ?? newSigningSecret());
    return this.audited.run(by, async (tx) => {
      requireType(await this.plans.lockTeam(tx, by.teamId), config.type);
      requireRoom(await this.channels.count(tx, by.teamId));
      const confirmedAt = await this.confirmations.confirmedAt(tx, by.teamId, config);
      const channel = await this.insert(tx, by.teamId, { name, active, confirmedAt }, config);
      await this.askWhereNeeded(tx, channel, config);
      tx.record('channel.created', channelTarget(channel), { changes: initialChannel(channel, config) });
      return CreatedNotificationChannelDto.of(channel, config);
    });
  }

  /** Adds a channel within a change that the caller records. Throws `ChannelNameTaken`. */
  async insert(
    tx: AuditedTransaction,
    teamId: string,
    { name, active, confirmedAt }: Pick<NotificationChannel, 'name' | 'active' | 'confirmedAt'>,
    config: ChannelConfig,
  ): Promise<NotificationChannel> {
    const id = newId('chn');
    const channel: NotificationChannel = {
      id,
      teamId,
      type: config.type,
      name,
      nameKey: nameKey(name),
      active,
      confirmedAt,
      disabledReason: null,
      config: sealConfig(this.secrets, config, { id, teamId }),
      createdAt: tx.at,
      updatedAt: tx.at,
    };
    await this.channels.insert(tx, channel).catch(refuseTaken);
    return channel;
  }

  /** The team's channels, oldest first. */
  list(by: Principal, query: PageQuery): Promise<Page<NotificationChannelDto>> {
    return this.pages.read(by, this.channels.listing(by.teamId), query, (channel) => this.present(channel));
  }

  async get(by: Principal, id: string): Promise<NotificationChannelDto> {
    return this.present(requireChannel(await this.channels.findOfTeam(by.teamId, id), id));
  }

  update(
    by: Principal,
    id: string,
    input: UpdateNotificationChannelDto,
  ): Promise<CreatedNotificationChannelDto> {
    const newSecret = newSigningSecret();
    return this.audited.run(by, async (tx) => {
      const plan = await this.plans.lockTeam(tx, by.teamId);
      const channel = await this.lock(tx, by, id);
      expectMatch(by, this.present(channel));
      const stored = openConfig(this.secrets, channel);
      const { config, issues } = editConfig(stored, input.config, newSecret);
      throwIfInvalid(issues);
      const { name = channel.name, active = channel.active } = input;
      if (active && !channel.active) requireType(plan, config.type);
      const disabledReason = active ? null : channel.disabledReason;
      const edited = { ...channel, name, nameKey: nameKey(name), active, disabledReason };
      const updated = await this.readdress(tx, edited, stored, config);
      const changes = channelChanges([channel, stored], [updated, config]);
      if (channel.active && !active) await this.deliveries.cancelPending(tx, id, MADE_INACTIVE);
      const written = await this.write(tx, updated, config);
      if (isOtherMailbox(stored, config) || (active && !channel.active))
        await this.askWhereNeeded(tx, written, config);
      tx.record('channel.updated', channelTarget(written), { changes });
      // What waited for the former mailbox was cancelled, and the new one heard nothing.
      const wasReachable = isReachable(channel) && !isOtherMailbox(stored, config);
      if (isReachable(written) && !wasReachable) await this.events.announceReachable(tx, written);
      return CreatedNotificationChannelDto.of(written, config, stored);
    });
  }

  /** What was for the former address of a channel is not sent to another, which may have to be confirmed first. */
  private async readdress(
    tx: AuditedTransaction,
    channel: NotificationChannel,
    before: ChannelConfig,
    after: ChannelConfig,
  ): Promise<NotificationChannel> {
    if (!isOtherMailbox(before, after)) return channel;
    await this.deliveries.cancelPending(tx, channel.id, 'The channel got another address.');
    return { ...channel, confirmedAt: await this.confirmations.confirmedAt(tx, channel.teamId, after) };
  }

  private async askWhereNeeded(
    tx: AuditedTransaction,
    channel: NotificationChannel,
    config: ChannelConfig,
  ): Promise<void> {
    if (config.type === 'email' && channel.active && channel.confirmedAt === null)
      await this.confirmations.request(tx, channel, config.address);
  }

  /** Gives a webhook another signing secret. Messages are signed with both for a day. */
  rotateSecret(by: Principal, id: string): Promise<CreatedNotificationChannelDto> {
    const secret = newSigningSecret();
    return this.audited.run(by, async (tx) => {
      const channel = await this.lock(tx, by, id);
      const stored = openConfig(this.secrets, channel);
      expectMatch(by, NotificationChannelDto.from(channel, stored));
      if (stored.type !== 'webhook') throw new ChannelWithoutSecret(`The channel is of type ${stored.type}.`);
      const config = withSecret(stored, secret, tx.at.getTime() + OVERLAP_MS);
      const written = await this.write(tx, channel, config);
      const changes = channelChanges([channel, stored], [written, config]);
      tx.record('channel.secret-rotated', channelTarget(channel), { changes });
      return CreatedNotificationChannelDto.of(written, config);
    });
  }

  /** Deletes a channel, and cancels what waits to be sent to it. What became of earlier deliveries stays known to incidents. */
  remove(by: Principal, id: string): Promise<void> {
    return this.audited.run(by, async (tx) => {
      await this.plans.lockTeam(tx, by.teamId);
      const channel = await this.lock(tx, by, id);
      expectMatch(by, this.present(channel));
      await this.events.announceRemoved(tx, by.teamId, id);
      await this.deliveries.cancelPending(tx, id, 'The channel was deleted.');
      await this.channels.delete(tx, { id });
      tx.record('channel.deleted', channelTarget(channel));
    });
  }

  /** A channel of the caller's team, held until the change ends. Throws `NotFound`. */
  private async lock(tx: AuditedTransaction, by: Principal, id: string): Promise<NotificationChannel> {
    return requireChannel(await this.channels.lockOfTeam(tx, by.teamId, id), id);
  }

  private async write(
    tx: AuditedTransaction,
    channel: NotificationChannel,
    config: ChannelConfig,
  ): Promise<NotificationChannel> {
    const written = { ...channel, config: sealConfig(this.secrets, config, channel), updatedAt: tx.at };
    await this.channels.update(tx, { id: channel.id }, written).catch(refuseTaken);
    return written;
  }

  private present(channel: NotificationChannel): NotificationChannelDto {
    return NotificationChannelDto.from(channel, openConfig(this.secrets, channel));
  }
}
