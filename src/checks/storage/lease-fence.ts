import { shardOf } from '../../common/slot-grid.js';
import type { Transaction } from '../../database/transactions.js';
import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { StoredChecksRepository } from './stored-checks.repository.js';

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
  constructor(private readonly stored: StoredChecksRepository) {}

  async lock(
    tx: Transaction,
    epochs: ReadonlyMap<number, number>,
    monitorIds: Iterable<string>,
  ): Promise<Owned> {
    const ids = [...new Set(monitorIds)].sort();
    const shards = [...new Set(ids.map(shardOf))].sort((a, b) => a - b);
    const leases = await this.stored.lockLeases(tx, shards);
    const held = new Set(
      leases.filter(({ shard, epoch }) => epochs.get(shard) === epoch).map(({ shard }) => shard),
    );
    const ours = ids.filter((id) => held.has(shardOf(id)));
    const stored = await this.stored.lockStates(tx, ours);
    const states = new Map(stored.map((state) => [state.monitorId, state]));
    return {
      states,
      lostShards: shards.filter((shard) => !held.has(shard)),
      removedMonitors: ours.filter((id) => !states.has(id)),
    };
  }
}
