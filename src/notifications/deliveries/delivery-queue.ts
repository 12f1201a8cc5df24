import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { type Transaction, Transactions } from '../../database/transactions.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import { type ChannelTarget, ChannelsRepository } from '../channels/channels.repository.js';
import { DeliveriesRepository, type DueDelivery, type SentDelivery } from './deliveries.repository.js';
import { SUPERSEDED } from './topics.repository.js';

/** How long a claim lasts: after that, whoever holds it is taken for gone. */
export const LEASE_MS = 60_000;

/** How many rows are looked at at once: a channel that is behind has thousands. */
const PAGE = 50;

/** A delivery that this process is to send, before the lease ends. */
export interface ClaimedDelivery {
  readonly delivery: SentDelivery;
  readonly channel: ChannelTarget;
}

/** How much can be claimed: of all channels together, and of each. */
export interface Capacity {
  readonly total: number;
  of(channelId: string): number;
  /** The channels that have none. */
  readonly full: readonly string[];
}

/**
 * Hands out what is due, each delivery to one process at a time. A claim moves `nextAttemptAt` behind its
 * lease, so that a delivery whose process died is due again by itself, and counts the attempt, so that the
 * number of attempts tells one claim from the next.
 */
@Injectable()
export class DeliveryQueue {
  constructor(
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveriesRepository,
    private readonly channels: ChannelsRepository,
    private readonly clock: Clock,
  ) {}

  /** Claims as many due deliveries as there is room for. */
  async claim(type: ChannelType, room: Capacity): Promise<ClaimedDelivery[]> {
    if (room.total <= 0) return [];
    const now = this.clock.now().getTime();
    if (!(await this.deliveries.hasDue(type, now))) return [];
    return this.transactions.run(async (tx) => {
      const claimed: ClaimedDelivery[] = [];
      const full = [...room.full];
      for (;;) {
        const limit = Math.min(room.total - claimed.length, PAGE);
        const due = await this.deliveries.lockDue(tx, type, now, { full, limit });
        const sendable = await this.withChannels(tx, due);
        const fitting = sendable.filter(fitsIn(room, claimed, full));
        const seqs = fitting.map(({ delivery }) => delivery.seq);
        await this.deliveries.claim(tx, seqs, now + LEASE_MS);
        claimed.push(...fitting);
        if (due.length < limit || claimed.length >= room.total) return claimed.map(counted);
      }
    });
  }

  /** Each delivery with its channel. What is not to be sent any more is cancelled, and left out. */
  private async withChannels(tx: Transaction, due: readonly DueDelivery[]): Promise<ClaimedDelivery[]> {
    const ids = new Set(due.map(({ channelId }) => channelId));
    const channels = await this.channels.findActive(tx, [...ids]);
    const sendable: ClaimedDelivery[] = [];
    for (const delivery of due) {
      const channel = channels.get(delivery.channelId);
      const reason = cancellationReason(channel, delivery);
      if (channel && reason === null) sendable.push({ delivery, channel });
      else await this.cancel(tx, delivery, reason!);
    }
    return sendable;
  }

  private cancel(tx: Transaction, { seq, attempts }: DueDelivery, lastError: string): Promise<void> {
    return this.deliveries.recordAttempt(tx, [seq], attempts, {
      status: 'cancelled',
      nextAttemptAt: null,
      sendingUntil: null,
      lastError,
    });
  }
}

/** Lets through what a channel has room for, beside what is claimed already. Notes in `full` the channels that have none. */
function fitsIn(room: Capacity, claimed: readonly ClaimedDelivery[], full: string[]) {
  const taken = new Map<string, number>();
  for (const { channel } of claimed) taken.set(channel.id, (taken.get(channel.id) ?? 0) + 1);
  return ({ channel: { id } }: ClaimedDelivery): boolean => {
    const left = room.of(id) - (taken.get(id) ?? 0);
    if (left > 0) taken.set(id, (taken.get(id) ?? 0) + 1);
    if (left <= 1 && !full.includes(id)) full.push(id);
    return left > 0;
  };
}

function cancellationReason(
  channel: ChannelTarget | undefined,
  { type, isSuperseded }: DueDelivery,
): string | null {
  if (!channel) return 'The channel is inactive or was deleted.';
  const isQuestion = type === 'channel.confirmation';
  if (channel.confirmedAt === null && !isQuestion) return 'The address is not confirmed.';
  if (channel.confirmedAt !== null && isQuestion) return 'The address is confirmed already.';
  // It was being sent when the newer one was recorded, by a process that died.
  if (isSuperseded) return SUPERSEDED;
  return null;
}

const counted = ({ delivery, channel }: ClaimedDelivery): ClaimedDelivery => ({
  delivery: { ...delivery, attempts: delivery.attempts + 1 },
  channel,
});
