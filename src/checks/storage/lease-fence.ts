import type { DataSource } from 'typeorm';
import { shardOf } from '../../common/slot-grid.js';
import type { BulkWriter } from '../../database/bulk-writer.js';
import { type TableMapping, rowTableOf } from '../../database/table-mapping.js';
import { MonitorState } from '../../monitors/monitor-state.entity.js';
import { ShardLease } from '../worker/lease.entities.js';

/** What of a batch may be written. */
export interface Owned {
  /** Of the monitors that are there and this process's to check: what is stored of them. */
  readonly states: ReadonlyMap<string, MonitorState>;
  readonly lostShards: readonly number[];
  readonly removedMonitors: readonly string[];
}

/**
 * Makes sure of a transaction's monitors. Until it ends no other process takes over their shards, and nobody removes
 * them: whatever does so waits for a lock this one holds. Locks are taken in one order, shards before monitors.
 */
export class LeaseFence {
  private readonly leases: TableMapping<ShardLease>;
  private readonly states: TableMapping<MonitorState>;

  constructor(source: DataSource) {
    this.leases = rowTableOf(source, ShardLease);
    this.states = rowTableOf(source, MonitorState);
  }

  async lock(
    rows: BulkWriter,
    epochs: ReadonlyMap<number, number>,
    monitorIds: Iterable<string>,
  ): Promise<Owned> {
    const ids = [...new Set(monitorIds)].sort();
    const shards = [...new Set(ids.map(shardOf))].sort((a, b) => a - b);
    const leases = await rows.find(
      this.leases,
      shards.map((shard) => [shard]),
      'share',
    );
    const held = new Set(
      leases.filter(({ shard, epoch }) => epochs.get(shard) === epoch).map(({ shard }) => shard),
    );
    const ours = ids.filter((id) => held.has(shardOf(id)));
    const stored = await rows.find(
      this.states,
      ours.map((id) => [id]),
      'update',
    );
    const states = new Map(stored.map((state) => [state.monitorId, state]));
    return {
      states,
      lostShards: shards.filter((shard) => !held.has(shard)),
      removedMonitors: ours.filter((id) => !states.has(id)),
    };
  }
}
