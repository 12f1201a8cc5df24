import { Entity, Index, PrimaryColumn } from 'typeorm';
import { TimestampColumn, LongTextColumn, ForeignIdColumn, TextColumn } from '../database/columns.js';

/** A request that was sent with an `Idempotency-Key`, and what it was answered. */
@Entity('idempotency_records')
@Index('idempotency_records_expiresAt', ['expiresAt'])
@Index('idempotency_records_answerExpiresAt', ['answerExpiresAt'])
export class IdempotencyRecord {
  /** Of the caller, the route and the key: the key itself is not stored. */
  @PrimaryColumn('varchar', { length: 64 }) digest: string;
  /** Of the request, to tell a repetition from another request with the same key. */
  @TextColumn(64) requestDigest: string;
  /** Of the API key's token it was sent with; null for others. */
  @TextColumn(64, { nullable: true }) tokenDigest: string | null;
  /** Who runs it: another attempt that takes over gets another claim. */
  @ForeignIdColumn() claim: string;
  @TimestampColumn() claimedAt: Date;
  /** Set in the transaction of its change: from then on it must not run again. */
  @TimestampColumn({ nullable: true }) committedAt: Date | null;
  /** Sealed under a key that only the bearer of the `Idempotency-Key` and the server have together. */
  @LongTextColumn({ nullable: true }) answer: string | null;
  @TimestampColumn({ nullable: true }) answerExpiresAt: Date | null;
  @TimestampColumn() expiresAt: Date;
}
