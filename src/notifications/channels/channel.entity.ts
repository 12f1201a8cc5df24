import { Entity, Index } from 'typeorm';
import {
  BooleanColumn,
  IdColumn,
  TimestampColumn,
  LongTextColumn,
  ForeignIdColumn,
  ForeignKeyTo,
  TextColumn,
} from '../../database/columns.js';
import type { ChannelType } from '../../plans/plan-limits.js';

/** Why the program itself made a channel inactive. */
export const disabledReasons = ['receiver-gone', 'plan-required', 'recipient-declined'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** Where a team is told of its incidents. */
@Entity('notification_channels')
@Index('notification_channels_teamId_nameKey', ['teamId', 'nameKey'], { unique: true })
@Index('notification_channels_teamId', ['teamId', 'id'])
@ForeignKeyTo('notification_channels_team', 'teamId', 'teams')
export class NotificationChannel {
  @IdColumn() id: string;
  @ForeignIdColumn() teamId: string;
  /** Never changes. */
  @TextColumn(10) type: ChannelType;
  @TextColumn(80) name: string;
  /** What makes the name unique in the team: see `nameKey`. */
  @TextColumn(160) nameKey: string;
  @BooleanColumn() active: boolean;
  /** Since when it may be sent to: e-mail once its address is confirmed, others since they were created. */
  @TimestampColumn({ nullable: true }) confirmedAt: Date | null;
  @TextColumn(20, { nullable: true }) disabledReason: DisabledReason | null;
  /** A `ChannelConfig` as JSON, sealed as a whole. */
  @LongTextColumn() config: string;
  @TimestampColumn() createdAt: Date;
  @TimestampColumn() updatedAt: Date;
}
