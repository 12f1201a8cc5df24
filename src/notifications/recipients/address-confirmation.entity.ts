import { Entity, Index, PrimaryColumn } from 'typeorm';
import { TimestampColumn, ForeignIdColumn, TextColumn } from '../../database/columns.js';

/**
 * An e-mail that asks whether its address may be sent to. Named after the delivery that carries it. It refers
 * to nothing: what was asked counts for the limit after the channel is gone.
 */
@Entity('address_confirmations')
@Index('address_confirmations_digest', ['digest'], { unique: true })
@Index('address_confirmations_addressDigest', ['addressDigest', 'createdAt'])
@Index('address_confirmations_teamId', ['teamId', 'createdAt'])
@Index('address_confirmations_channelId', ['channelId'])
@Index('address_confirmations_createdAt', ['createdAt'])
export class AddressConfirmation {
  @PrimaryColumn('varchar', { length: 40 }) webhookId: string;
  @ForeignIdColumn() teamId: string;
  @ForeignIdColumn() channelId: string;
  /** See `addressDigest`. */
  @TextColumn(64) addressDigest: string;
  /** That of the token in the link; null until the e-mail is sent. */
  @TextColumn(64, { nullable: true }) digest: string | null;
  /** Which master secret `digest` was made under. */
  @TextColumn(16) secretId: string;
  @TimestampColumn() createdAt: Date;
  /** When it was answered, or something else had answered it. */
  @TimestampColumn({ nullable: true }) usedAt: Date | null;
}
