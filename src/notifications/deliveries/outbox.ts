import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { newId } from '../../common/id.js';
import { Delivery } from './delivery.entity.js';
import type {
  ConfirmationMessage,
  IncidentMessage,
  IncidentMessageType,
  Message,
  Question,
  SightMessage,
  TestMessage,
} from '../senders/message.js';
import { NotificationChannel } from '../channels/channel.entity.js';
import {
  type ResolvedType,
  channelsThatMissed,
  type MissedResolution,
  missedResolutions,
  resend,
  type Subject,
  supersede,
} from './topics.js';
import type { Transaction } from '../../database/transactions.js';

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

/** How many rows one statement inserts. */
const BATCH = 500;

/**
 * Records what is to be sent, in the transaction of whatever it tells of: the two stand or fall together.
 * Afterwards `DeliveryWorker.wake()` sends it sooner than the next second.
 */
@Injectable()
export class Outbox {
  constructor(private readonly clock: Clock) {}

  /** Records a delivery to each of the channels. Answers those it recorded. */
  async enqueue(tx: Transaction, announcement: NotificationRequest): Promise<Delivery[]> {
    const { teamId, channelIds, incidentId, topic = null, type, at } = announcement;
    if (channelIds.length === 0) return [];
    const channels = await tx.manager.find(NotificationChannel, {
      select: { id: true, type: true },
      where: {
        teamId,
        id: In([...channelIds]),
        active: true,
        confirmedAt: type === 'channel.confirmation' ? IsNull() : Not(IsNull()),
      },
      order: { id: 'ASC' },
    });
    if (topic !== null)
      await supersede(
        tx,
        topic,
        channels.map(({ id }) => id),
        at.getTime(),
      );
    const payload = JSON.stringify(messageOf(announcement));
    // What happened later than now happened before the clock was set back.
    const nextAttemptAt = Math.min(at.getTime(), this.clock.now().getTime());
    const deliveries = channels.map((channel) => ({
      id: newId('dlv'),
      teamId,
      channelId: channel.id,
      channelType: channel.type,
      incidentId,
      topic,
      type,
      webhookId: newId('msg'),
      payload,
      status: 'pending' as const,
      attempts: 0,
      nextAttemptAt,
      sendingUntil: null,
      lastError: null,
      lastStatusCode: null,
      createdAt: at.getTime(),
      deliveredAt: null,
    }));
    for (let i = 0; i < deliveries.length; i += BATCH)
      await tx.manager.insert(Delivery, deliveries.slice(i, i + BATCH));
    return deliveries as unknown as Delivery[];
  }

  /** See `channelsThatMissed`. */
  missed(tx: Transaction, subject: Subject, channelIds: readonly string[]): Promise<ReadonlySet<string>> {
    return channelsThatMissed(tx, subject, channelIds);
  }

  /** See `missedResolutions`. */
  missedResolutions(tx: Transaction, channelId: string, type: ResolvedType): Promise<MissedResolution[]> {
    return missedResolutions(tx, channelId, type);
  }

  /** Has one of them sent after all. */
  async resend(tx: Transaction, { seq }: MissedResolution, at: Date): Promise<void> {
    await resend(tx, seq, at.getTime());
  }
}

const messageOf = ({ type, at, payload }: NotificationRequest): Message | Question =>
  ({ type, timestamp: at.toISOString(), data: payload }) as Message | Question;
