import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { newId } from '../../common/id.js';
import type { Transaction } from '../../database/transactions.js';
import { ChannelsRepository } from '../channels/channels.repository.js';
import { DeliveriesRepository, type NewDelivery } from './deliveries.repository.js';
import type {
  ConfirmationMessage,
  IncidentMessage,
  IncidentMessageType,
  Message,
  Question,
  SightMessage,
  TestMessage,
} from '../senders/message.js';
import {
  type MissedResolution,
  type ResolvedType,
  type Subject,
  TopicsRepository,
} from './topics.repository.js';

/** What to tell, and whom. */
export type NotificationRequest = {
  readonly teamId: string;
  /** Channels of the team. Those that are inactive, not confirmed, or gone are told nothing. */
  readonly channelIds: readonly string[];
  /** What it is about: of each topic the newest message is the last to arrive, and older ones that wait are dropped. */
  readonly topic?: string;
  /** When it happened. */
  readonly at: Date;
} & (
  | {
      readonly type: IncidentMessageType;
      readonly incidentId: string;
      readonly payload: IncidentMessage;
    }
  | {
      readonly type: 'monitoring.blind' | 'monitoring.restored';
      readonly incidentId: null;
      readonly payload: SightMessage;
    }
  | { readonly type: 'channel.test'; readonly incidentId: null; readonly payload: TestMessage }
  | {
      readonly type: 'channel.confirmation';
      readonly incidentId: null;
      readonly payload: ConfirmationMessage;
    }
);

/**
 * Records what is to be sent, in the transaction of whatever it tells of: the two stand or fall together.
 * Afterwards `DeliveryWorker.wake()` sends it sooner than the next second.
 */
@Injectable()
export class Outbox {
  constructor(
    private readonly channels: ChannelsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly topics: TopicsRepository,
    private readonly clock: Clock,
  ) {}

  /** Records a delivery to each of the channels. Answers those it recorded. */
  async enqueue(tx: Transaction, announcement: NotificationRequest): Promise<NewDelivery[]> {
    const { teamId, channelIds, incidentId, topic = null, type, at } = announcement;
    if (channelIds.length === 0) return [];
    const isConfirmed = type !== 'channel.confirmation';
    const channels = await this.channels.findActiveOf(tx, teamId, channelIds, { isConfirmed });
    if (topic !== null && channels.length > 0)
      await this.supersede(
        tx,
        topic,
        channels.map(({ id }) => id),
        at.getTime(),
      );
    const payload = JSON.stringify(messageOf(announcement));
    // What happened later than now happened before the clock was set back.
    const nextAttemptAt = Math.min(at.getTime(), this.clock.now().getTime());
    const deliveries = channels.map((channel): NewDelivery => ({
      id: newId('dlv'),
      teamId,
      channelId: channel.id,
      channelType: channel.type,
      incidentId,
      topic,
      type,
      webhookId: newId('msg'),
      payload,
      status: 'pending',
      attempts: 0,
      nextAttemptAt,
      sendingUntil: null,
      lastError: null,
      lastStatusCode: null,
      createdAt: at.getTime(),
      deliveredAt: null,
    }));
    await this.deliveries.insertAll(tx, deliveries);
    return deliveries;
  }

  /** See `TopicsRepository`. */
  missed(tx: Transaction, subject: Subject, channelIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.topics.findChannelsThatMissed(tx, subject, channelIds);
  }

  /** See `TopicsRepository`. */
  missedResolutions(tx: Transaction, channelId: string, type: ResolvedType): Promise<MissedResolution[]> {
    return this.topics.findMissedResolutions(tx, channelId, type);
  }

  /** Has one of them sent after all. */
  async resend(tx: Transaction, { seq }: MissedResolution, at: Date): Promise<void> {
    await this.topics.resend(tx, seq, at.getTime());
  }

  /**
   * Drops what waits to be tried again of a topic, to make room for something newer. What is just being sent cannot
   * be taken back: the newer message waits for it, and it is not tried again. That needs the lock on it.
   */
  private async supersede(
    tx: Transaction,
    topic: string,
    channelIds: readonly string[],
    now: number,
  ): Promise<void> {
    const tried = await this.topics.lockTried(tx, topic, channelIds);
    const waiting = tried.filter(({ sendingUntil }) => sendingUntil === null || sendingUntil <= now);
    await this.topics.cancel(
      tx,
      waiting.map(({ seq }) => seq),
    );
  }
}

const messageOf = ({ type, at, payload }: NotificationRequest): Message | Question =>
  ({ type, timestamp: at.toISOString(), data: payload }) as Message | Question;
