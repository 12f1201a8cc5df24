import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BigIntegerColumn, IntegerColumn, ForeignKeyTo, TextColumn } from '../database/columns.js';
import { Monitor } from './monitor.entity.js';

/**
 * What the last conclusive checks say; `pending` before the first one after a monitor was created or resumed,
 * and `unknown` when there was none for too long: see `doubtLimit`.
 */
export const monitorVerdicts = ['up', 'down', 'pending', 'unknown'] as const;
export type MonitorVerdict = (typeof monitorVerdicts)[number];

/** What is known of a monitor from its checks. Narrow, because it is written on each. Times are epoch milliseconds. */
@Entity('monitor_states')
@Index('monitor_states_shard', ['shard', 'monitorId'])
@ForeignKeyTo('monitor_states_monitor', 'monitorId', () => Monitor)
export class MonitorState {
  @PrimaryColumn('varchar', { length: 40 }) monitorId: string;
  /** See `shardOf`. */
  @IntegerColumn() shard: number;
  @TextColumn(10) verdict: MonitorVerdict;
  @BigIntegerColumn() since: number;
  /** When the first of the last checks ended that told nothing, one after the other; null where the last one told something. */
  @BigIntegerColumn({ nullable: true }) doubtedSince: number | null;
  @IntegerColumn() goodInRow: number;
  @IntegerColumn() badInRow: number;
  /** The highest due time of its checks. What was due by then has been done, or counted as skipped. */
  @BigIntegerColumn({ nullable: true }) lastDueAt: number | null;
  @BigIntegerColumn({ nullable: true }) lastCheckedAt: number | null;
  /** Of the last check; null when it was ok. */
  @TextColumn(30, { nullable: true }) lastError: string | null;
  @BigIntegerColumn({ nullable: true }) certificateExpiresAt: number | null;
  /** What the last check says, from when and at most until when. It is in no rollup yet; null where it says nothing. */
  @TextColumn(10, { nullable: true }) observedVerdict: 'up' | 'down' | null;
  @BigIntegerColumn({ nullable: true }) observedFrom: number | null;
  @BigIntegerColumn({ nullable: true }) observedUntil: number | null;
  /** Since when it is not checked; null while it is, and where it was paused before this was noted. */
  @BigIntegerColumn({ nullable: true }) pausedAt: number | null;
  /** Thousandths of a percent. */
  @IntegerColumn({ nullable: true }) uptime24h: number | null;
  /** Of the lease under which it was written: see `ShardLease`. */
  @BigIntegerColumn() epoch: number;
}
