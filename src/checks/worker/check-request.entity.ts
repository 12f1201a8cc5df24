import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BigIntegerColumn, LongTextColumn, ForeignIdColumn } from '../../database/columns.js';

/** A check that somebody asked for in a process that does not make it itself. */
@Entity('check_requests')
@Index('check_requests_requestedAt', ['requestedAt'])
export class CheckRequest {
  @PrimaryColumn('varchar', { length: 40 }) id: string;
  @ForeignIdColumn() monitorId: string;
  @BigIntegerColumn() requestedAt: number;
  /** What came of it, as JSON; null until it was made. */
  @LongTextColumn({ nullable: true }) answer: string | null;
}
