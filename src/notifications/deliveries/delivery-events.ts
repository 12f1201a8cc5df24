import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { findAllLocked } from '../../database/locks.js';
import { Delivery, type DeliveryStatus } from './delivery.entity.js';
import { NotificationChannel } from '../channels/channel.entity.js';
import type { Transaction } from '../../database/transactions.js';

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

  onEnded(listener: OnEnded): void {
    this.ended.push(listener);
  }

  /** Called before the end is written. */
  async announceEnd(tx: Transaction, { seqs, attempts, result }: End): Promise<void> {
    const { status, lastError = null } = result;
    if (status !== 'delivered' && status !== 'dead') return;
    const where = { seq: In([...seqs]), status: 'pending' as const, attempts };
    const deliveries = (await findAllLocked(tx.manager, Delivery, where)).filter(isOfIncident);
    if (deliveries.length === 0) return;
    const names = await namesOf(tx, deliveries);
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

async function namesOf(
  { manager }: Transaction,
  deliveries: readonly Delivery[],
): Promise<Map<string, string>> {
  const ids = [...new Set(deliveries.map(({ channelId }) => channelId))];
  const select = { id: true, name: true } as const;
  const channels = await manager.find(NotificationChannel, { select, where: { id: In(ids) } });
  return new Map(channels.map(({ id, name }) => [id, name]));
}
