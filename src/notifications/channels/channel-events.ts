import { Injectable } from '@nestjs/common';
import type { AuditedTransaction } from '../../audit/audited-transactions.js';
import type { NotificationChannel } from './channel.entity.js';

type ReachableChannel = Pick<NotificationChannel, 'id' | 'teamId'>;
type OnRemoved = (tx: AuditedTransaction, teamId: string, channelId: string) => Promise<void>;
type OnReachable = (tx: AuditedTransaction, channel: ReachableChannel) => Promise<void>;

/** What features above do when a channel is deleted, or comes to be sent messages, in the same transaction. They register at module init. */
@Injectable()
export class ChannelEvents {
  private readonly removed: OnRemoved[] = [];
  private readonly reachable: OnReachable[] = [];

  onRemoved(listener: OnRemoved): void {
    this.removed.push(listener);
  }

  onReachable(listener: OnReachable): void {
    this.reachable.push(listener);
  }

  /** Whoever makes a channel one that `isReachable` calls this, last in the change: see `ChangeFeed`. */
  async announceReachable(tx: AuditedTransaction, channel: ReachableChannel): Promise<void> {
    for (const listener of this.reachable) await listener(tx, channel);
  }

  async announceRemoved(tx: AuditedTransaction, teamId: string, channelId: string): Promise<void> {
    for (const listener of this.removed) await listener(tx, teamId, channelId);
  }
}
