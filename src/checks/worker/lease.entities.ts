import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntegerColumn, ForeignIdColumn } from '../../database/columns.js';

/** Which process makes the checks of a shard's monitors, and until when. Times are epoch milliseconds of the database's clock. */
@Entity('shard_leases')
export class ShardLease {
  @PrimaryColumn('int') shard: number;
  @ForeignIdColumn({ nullable: true }) owner: string | null;
  @BigIntegerColumn() leasedUntil: number;
  /** Counts the owners: what an earlier one still writes is refused by it. */
  @BigIntegerColumn() epoch: number;
}

/** A process that makes checks. */
@Entity('workers')
export class Worker {
  @PrimaryColumn('varchar', { length: 40 }) id: string;
  @BigIntegerColumn() seenUntil: number;
}
