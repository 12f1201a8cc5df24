import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntegerColumn, BigIntegerKey, IntegerColumn, LongTextColumn } from '../../database/columns.js';

/** What the checks of a monitor in one stretch of time come to. Times are epoch milliseconds, durations microseconds. */
@Entity('check_rollups')
export class CheckRollup {
  @PrimaryColumn('varchar', { length: 40 }) monitorId: string;
  /** The length of the stretch in seconds: a minute, an hour or a day. */
  @PrimaryColumn('int') resolution: number;
  @BigIntegerKey() bucketStart: number;
  @IntegerColumn() okCount: number;
  @IntegerColumn() failedCount: number;
  @IntegerColumn() inconclusiveCount: number;
  /** Checks that were due and were not made. */
  @IntegerColumn() skippedCount: number;
  /** Checks made in a maintenance window, whatever came of them. They are in no other count. */
  @IntegerColumn() maintenanceCount: number;
  /** For how long the monitor was up and down in it, by its checks; null in rows from before this was counted. */
  @IntegerColumn({ nullable: true }) upMs: number | null;
  @IntegerColumn({ nullable: true }) downMs: number | null;
  /** Of how many checks the durations below are: those that got a response. */
  @IntegerColumn() timedCount: number;
  @BigIntegerColumn() sumUs: number;
  @IntegerColumn({ nullable: true }) minUs: number | null;
  @IntegerColumn({ nullable: true }) maxUs: number | null;
  /** See `LatencyHistogram`. */
  @LongTextColumn() histogram: string;
}
