import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transactions.js';
import { ChannelsRepository } from '../channels/channels.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { Delivery, DeliveryStatus } from './delivery.entity.js';

/** Deliveries that come to the same end. */
interface End {
  readonly seqs: readonly number[];
  /** The attempt that ends them: of those that are at another one, nothing is told. */
  readonly attempts: number;
  readonly result: { readonly status?: DeliveryStatus; readonly lastError?: string | null };
}

/** A message about an incident that reached its channel, or never will. */
export interface EndedDelivery extends Pick<Delivery, 'id' | 'channelId' | 'type'> {
  readonly incidentId: string;
  /** Null where the channel is gone. */
  readonly channelName: string | null;
  readonly isDelivered: boolean;
  /** Why it was not, in a sentence. */
  readonly reason: string | null;
}

type OnEnded = (tx: Transaction, ended: readonly EndedDelivery[]) => Promise<void>;

/** What features above note of deliveries that end, in the transaction that records it. They register at module init. */
@Injectable()
export class DeliveryEvents {
  private readonly ended: OnEnded[] = [];

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly channels: ChannelsRepository,
  ) {}

  onEnded(listener: OnEnded): void {
    this.ended.push(listener);
  }

  /** Called before the end is written. */
  async announceEnd(tx: Transaction, { seqs, attempts, result }: End): Promise<void> {
    const { status, lastError = null } = result;
    if (status !== 'delivered' && status !== 'dead') return;
    const deliveries = (await this.deliveries.lockPending(tx, seqs, attempts)).filter(isOfIncident);
    if (deliveries.length === 0) return;
    const channelIds = new Set(deliveries.map(({ channelId }) => channelId));
    const names = await this.channels.findNames(tx, [...channelIds]);
    const ended = deliveries.map(({ id, channelId, type, incidentId }) => ({
      id,
      channelId,
      type,
      incidentId,
      channelName: names.get(channelId) ?? null,
      isDelivered: status === 'delivered',
      reason: lastError,
    }));
    for (const listener of this.ended) await listener(tx, ended);
  }
}

const isOfIncident = (delivery: Delivery): delivery is Delivery & { incidentId: string } =>
  delivery.incidentId !== null;
