import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import {
  BigIntegerColumn,
  IntegerColumn,
  LongTextColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../../database/columns.js';
import type { ChannelType } from '../../plans/plan-limits.js';
import type { MessageType } from '../senders/message.js';

/** `dead` after its last attempt; `cancelled` when it was no longer to be sent. */
export const deliveryStatuses = ['pending', 'delivered', 'dead', 'cancelled'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/**
 * One message to one channel: recorded with what it tells of, sent later. Times are epoch milliseconds.
 * It has no foreign key to its channel, because what became of it is told after the channel is gone.
 */
@Entity('deliveries')
@Index('deliveries_id', ['id'], { unique: true })
@Index('deliveries_due', ['status', 'channelType', 'nextAttemptAt', 'seq', 'channelId'])
@Index('deliveries_channelId', ['channelId', 'seq'])
@Index('deliveries_channelId_status', ['channelId', 'status', 'seq'])
@Index('deliveries_incidentId', ['incidentId', 'channelId', 'seq'])
@Index('deliveries_topic', ['topic', 'channelId', 'seq'])
@Index('deliveries_topic_status', ['topic', 'channelId', 'status', 'seq'])
@Index('deliveries_teamId', ['teamId'])
@Index('deliveries_createdAt', ['createdAt'])
@ForeignKeyTo('deliveries_team', 'teamId', 'teams')
export class Delivery {
  /** The order in which deliveries were recorded, counted by the database. */
  @PrimaryGeneratedColumn('increment', { type: dialect === 'sqlite' ? 'integer' : 'bigint' }) seq: number;
  @ForeignIdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  @ForeignIdColumn() channelId: string;
  @TextColumn(10) channelType: ChannelType;
  @ForeignIdColumn({ nullable: true }) incidentId: string | null;
  /** What it is about: see `NotificationRequest`. */
  @TextColumn(90, { nullable: true }) topic: string | null;
  @TextColumn(20) type: MessageType;
  /** What receivers tell repetitions by: the same for all attempts. */
  @ForeignIdColumn() webhookId: string;
  /** A `Message` as JSON. Nothing in it is secret. */
  @LongTextColumn() payload: string;
  @TextColumn(10) status: DeliveryStatus;
  /** Begun so far, the running one included. With `seq` it names a claim: see `DeliveryQueue`. */
  @IntegerColumn() attempts: number;
  /** While it is being sent: when another process may take it over. Null once nothing more is to be done. */
  @BigIntegerColumn({ nullable: true }) nextAttemptAt: number | null;
  /** While it is being sent: when whoever does so is taken for gone. Null where nobody does. */
  @BigIntegerColumn({ nullable: true }) sendingUntil: number | null;
  /** Why it is not delivered, in a sentence. */
  @TextColumn(300, { nullable: true }) lastError: string | null;
  /** The status of HTTP, or the reply code of SMTP. */
  @IntegerColumn({ nullable: true }) lastStatusCode: number | null;
  @BigIntegerColumn() createdAt: number;
  @BigIntegerColumn({ nullable: true }) deliveredAt: number | null;
}
