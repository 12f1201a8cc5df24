import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import {
  BigIntegerColumn,
  BooleanColumn,
  IntegerColumn,
  LongTextColumn,
  ForeignIdColumn,
  TextColumn,
} from '../../database/columns.js';
import type { Trigger, Verdict } from './check-result.js';
import type { CheckError } from './probe-result.js';

/**
 * One check as it is kept: a row among very many, so it refers to nothing, and removal goes in small steps.
 * Times are epoch milliseconds, durations microseconds.
 */
@Entity('checks')
@Index('checks_monitorId_dueAt', ['monitorId', 'dueAt'], { unique: true })
@Index('checks_monitorId_ok', ['monitorId', 'ok', 'dueAt'])
@Index('checks_monitorId_cause', ['monitorId', 'cause', 'dueAt'])
export class Check {
  @PrimaryGeneratedColumn('increment', { type: dialect === 'sqlite' ? 'integer' : 'bigint' }) seq: number;
  @ForeignIdColumn() monitorId: string;
  @BigIntegerColumn() dueAt: number;
  /** From when it was due to when it began. */
  @IntegerColumn() lagMs: number;
  @TextColumn(12) cause: Trigger;
  @BooleanColumn() ok: boolean;
  @TextColumn(12) verdict: Verdict;
  @BooleanColumn() inMaintenance: boolean;
  @TextColumn(30, { nullable: true }) error: CheckError | null;
  @TextColumn(500, { nullable: true }) detail: string | null;
  @IntegerColumn({ nullable: true }) statusCode: number | null;
  @IntegerColumn({ nullable: true }) dnsUs: number | null;
  @IntegerColumn({ nullable: true }) connectUs: number | null;
  @IntegerColumn({ nullable: true }) tlsUs: number | null;
  @IntegerColumn({ nullable: true }) firstByteUs: number | null;
  @IntegerColumn() totalUs: number;
  @IntegerColumn() bodyBytes: number;
  @BigIntegerColumn({ nullable: true }) certificateExpiresAt: number | null;
  @TextColumn(45, { nullable: true }) address: string | null;
  @LongTextColumn({ nullable: true }) excerpt: string | null;
}
