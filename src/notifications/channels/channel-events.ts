import { Injectable } from '@nestjs/common';
import type { Change } from '../../audit/changes.js';
import type { NotificationChannel } from './channel.entity.js';

type ReachableChannel = Pick<NotificationChannel, 'id' | 'teamId'>;
type OnRemoved = (change: Change, teamId: string, channelId: string) => Promise<void>;
type OnReachable = (change: Change, channel: ReachableChannel) => Promise<void>;

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
  async announceReachable(change: Change, channel: ReachableChannel): Promise<void> {
    for (const listener of this.reachable) await listener(change, channel);
  }

  async announceRemoved(change: Change, teamId: string, channelId: string): Promise<void> {
    for (const listener of this.removed) await listener(change, teamId, channelId);
  }
}
