import { shardOf } from '../../common/slot-grid.js';
import type { CheckStore } from '../store/check-store.js';
import type { Batch, Result, Store } from './result-buffer.js';
import type { ShardLeases } from './shard-leases.js';

/** Stores results under the leases this process holds. `onLost` is told of shards that turn out to be another's. */
export const resultStore =
  (store: CheckStore, leases: ShardLeases, onLost: (shards: readonly number[]) => void): Store =>
  async ({ results, gaps }: Batch) => {
    const { lostShards, removedMonitors } = await store.write({
      outcomes: results.map(({ outcome }) => outcome),
      gaps,
      states: [...new Map(results.map(({ state }) => [state.monitorId, state])).values()],
      epochs: leases.epochs,
      consequences: results.flatMap(({ consequences }) => consequences),
      answers: results.flatMap(({ requestIds, outcome }) =>
        requestIds.map((requestId) => ({
          requestId,
          monitorId: outcome.monitorId,
          answer: JSON.stringify(outcome),
        })),
      ),
    });
    if (lostShards.length > 0) onLost(lostShards);
    const lost = new Set(lostShards);
    const removed = new Set(removedMonitors);
    const isStored = ({ outcome: { monitorId } }: Result) =>
      !lost.has(shardOf(monitorId)) && !removed.has(monitorId);
    return new Set(results.filter(isStored));
  };
