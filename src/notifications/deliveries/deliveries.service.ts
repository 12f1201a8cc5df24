import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { type AuditedTransaction, AuditedTransactions } from '../../audit/audited-transactions.js';
import { Secrets } from '../../crypto/secrets.js';
import { type Page, Pages } from '../../http/pages.js';
import { NotFound } from '../../problems/common.problems.js';
import { AddressConfirmations } from '../recipients/address-confirmations.js';
import { channelTarget } from '../channels/channel.audit.js';
import { requireChannel } from '../channels/channel-rules.js';
import { ChannelsRepository } from '../channels/channels.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryDto, type ListDeliveriesDto } from './delivery.dto.js';
import type { Delivery } from './delivery.entity.js';
import { DeliveryWorker } from './delivery-worker.js';
import type { NotificationChannel } from '../channels/channel.entity.js';
import {
  ChannelConfirmed,
  ChannelInactive,
  ChannelUnconfirmed,
  DeliveryNotReplayable,
} from '../notifications.problems.js';
import { Outbox } from './outbox.js';
import { openConfig } from '../channels/channel-config.encryption.js';
import { RecipientLimits } from '../recipients/recipient-limits.js';
import { TopicsRepository } from './topics.repository.js';

/** What was sent to channels, and sending by hand. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly topics: TopicsRepository,
    private readonly channels: ChannelsRepository,
    private readonly pages: Pages,
    private readonly audited: AuditedTransactions,
    private readonly outbox: Outbox,
    private readonly worker: DeliveryWorker,
    private readonly confirmations: AddressConfirmations,
    private readonly limits: RecipientLimits,
    private readonly secrets: Secrets,
  ) {}

  /** The deliveries to a channel, newest first. */
  async list(by: Principal, channelId: string, query: ListDeliveriesDto): Promise<Page<DeliveryDto>> {
    requireChannel(await this.channels.findOfTeam(by.teamId, channelId), channelId);
    const listing = this.deliveries.listing(channelId, query.status);
    return this.pages.read(by, listing, query, DeliveryDto.from);
  }

  /** What was sent of an incident of a team, to all channels, in the order it was recorded. */
  ofIncident(teamId: string, incidentId: string): Promise<Delivery[]> {
    return this.deliveries.findOfIncident(teamId, incidentId);
  }

  /** Records a message that tells of nothing, to try the channel. */
  async test(by: Principal, channelId: string): Promise<DeliveryDto> {
    // Once, however often the change has to be run.
    let counted: Promise<void> | undefined;
    const delivery = await this.audited.run(by, async (tx) => {
      const channel = await this.lockSendable(tx, by, channelId);
      const { id, name } = channel;
      const config = openConfig(this.secrets, channel);
      await (counted ??= this.limits.countTest(
        id,
        by.teamId,
        config.type === 'email' ? config.address : null,
      ));
      const [recorded] = await this.outbox.enqueue(tx, {
        teamId: by.teamId,
        channelIds: [id],
        incidentId: null,
        type: 'channel.test',
        payload: { channel: { id, name }, team: { id: by.teamId, name: by.teamName } },
        at: tx.at,
      });
      tx.record('channel.tested', channelTarget({ id, name }));
      return DeliveryDto.from(recorded!);
    });
    this.worker.wake();
    return delivery;
  }

  /** Sends the e-mail again that asks whether the address of a channel may be sent to. */
  async askAgain(by: Principal, channelId: string): Promise<DeliveryDto> {
    const delivery = await this.audited.run(by, async (tx) => {
      const channel = await this.lockActive(tx, by, channelId);
      const config = openConfig(this.secrets, channel);
      if (config.type !== 'email' || channel.confirmedAt !== null)
        throw new ChannelConfirmed('There is no address to confirm.');
      const asked = await this.confirmations.request(tx, channel, config.address);
      tx.record('channel.confirmation-requested', channelTarget(channel));
      return DeliveryDto.from(asked);
    });
    this.worker.wake();
    return delivery;
  }

  /**
   * Sends a delivery again that ended, with all its attempts, under the same `webhookId`. Only the last one of its
   * topic: an older one would be the last word, and not true.
   */
  async replay(by: Principal, channelId: string, id: string): Promise<DeliveryDto> {
    const replayed = await this.audited.run(by, async (tx) => {
      const channel = await this.lockSendable(tx, by, channelId);
      const delivery = await this.lockDelivery(tx, channelId, id);
      if (delivery.type === 'channel.confirmation' || !isEnded(delivery))
        throw new DeliveryNotReplayable(`The delivery is ${delivery.status}.`);
      if (await this.topics.hasNewer(tx, delivery.seq))
        throw new DeliveryNotReplayable('The channel was sent something newer of the same rule and monitor.');
      const edit = {
        status: 'pending' as const,
        attempts: 0,
        nextAttemptAt: tx.at.getTime(),
        deliveredAt: null,
      };
      await this.deliveries.update(tx, { seq: delivery.seq }, edit);
      tx.record(
        'delivery.replayed',
        { type: 'delivery', id, name: channel.name },
        { changes: [{ field: 'status', from: delivery.status, to: 'pending' }] },
      );
      return DeliveryDto.from({ ...delivery, ...edit });
    });
    this.worker.wake();
    return replayed;
  }

  private async lockSendable(
    tx: AuditedTransaction,
    by: Principal,
    channelId: string,
  ): Promise<NotificationChannel> {
    const channel = await this.lockActive(tx, by, channelId);
    if (channel.confirmedAt === null)
      throw new ChannelUnconfirmed('Nothing else is sent to an address before it is confirmed.');
    return channel;
  }

  private async lockActive(
    tx: AuditedTransaction,
    by: Principal,
    channelId: string,
  ): Promise<NotificationChannel> {
    const found = await this.channels.lockOfTeam(tx, by.teamId, channelId);
    const channel = requireChannel(found, channelId);
    if (!channel.active) throw new ChannelInactive('Nothing is sent to an inactive channel.');
    return channel;
  }

  private async lockDelivery(tx: AuditedTransaction, channelId: string, id: string): Promise<Delivery> {
    const delivery = await this.deliveries.lockOfChannel(tx, channelId, id);
    if (!delivery) throw new NotFound(`There is no delivery ${id} to that channel.`);
    return delivery;
  }
}

const isEnded = ({ status }: Delivery): boolean => status === 'delivered' || status === 'dead';
