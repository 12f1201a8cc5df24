import { Injectable } from '@nestjs/common';
import type { Change } from '../audit/changes.js';

type OnRemoved = (change: Change, teamId: string, channelId: string) => Promise<void>;

/** What features above do when a channel is deleted, in the same transaction. They register at module init. */
@Injectable()
export class ChannelEvents {
  private readonly removed: OnRemoved[] = [];

  onRemoved(listener: OnRemoved): void {
    this.removed.push(listener);
  }

  async announceRemoved(change: Change, teamId: string, channelId: string): Promise<void> {
    for (const listener of this.removed) await listener(change, teamId, channelId);
  }
}
