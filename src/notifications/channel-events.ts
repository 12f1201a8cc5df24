import { Injectable } from '@nestjs/common';
import type { Change } from '../audit/changes.js';

type OnRemoved = (change: Change, teamId: string, channelId: string) => Promise<void>;
type OnActivated = (change: Change, channelId: string) => Promise<void>;

/** What features above do when a channel is deleted or active again, in the same transaction. They register at module init. */
@Injectable()
export class ChannelEvents {
  private readonly removed: OnRemoved[] = [];
  private readonly activated: OnActivated[] = [];

  onRemoved(listener: OnRemoved): void {
    this.removed.push(listener);
  }

  onActivated(listener: OnActivated): void {
    this.activated.push(listener);
  }

  /** Called last in a change: see `ChangeFeed`. */
  async announceActivated(change: Change, channelId: string): Promise<void> {
    for (const listener of this.activated) await listener(change, channelId);
  }

  async announceRemoved(change: Change, teamId: string, channelId: string): Promise<void> {
    for (const listener of this.removed) await listener(change, teamId, channelId);
  }
}
