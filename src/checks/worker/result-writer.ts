import { shardOf } from '../../common/slot-grid.js';
import type { CheckStore } from '../storage/check-store.js';
import type { Batch, PendingWrite, WriteResults } from './result-buffer.js';
import type { ShardLeases } from './shard-leases.js';

/**
 * Stores results under the leases this process holds. What began under an earlier lease is not stored: another
 * process has had the shard since, and knows better. `onLost` is told of shards that turn out to be another's.
 */
export const resultWriter =
  (store: CheckStore, leases: ShardLeases, onLost: (shards: readonly number[]) => void): WriteResults =>
  async (batch: Batch) => {
    const epochs = new Map(leases.epochs);
    const isOwn = (monitorId: string, epoch: number | undefined) =>
      epoch !== undefined && epochs.get(shardOf(monitorId)) === epoch;
    const results = batch.results.filter(({ state, epoch }) => isOwn(state.monitorId, epoch));
    const gaps = batch.gaps.filter(({ slots, epoch }) => isOwn(slots.monitorId, epoch));
    const { lostShards, removedMonitors } = await store.write({
      results: results.flatMap(({ result }) => result ?? []),
      skipped: gaps.map(({ slots: gap }) => gap),
      states: [...new Map(results.map(({ state }) => [state.monitorId, state])).values()],
      epochs,
      effects: results.flatMap(({ effects }) => effects),
      answers: results.flatMap(({ requestIds, result: outcome, state }) =>
        requestIds.map((requestId) => ({
          requestId,
          monitorId: state.monitorId,
          answer: JSON.stringify(outcome),
        })),
      ),
    });
    onLost(lostShards.filter((shard) => leases.epochs.get(shard) === epochs.get(shard)));
    const lost = new Set(lostShards);
    const removed = new Set(removedMonitors);
    const isStored = ({ state: { monitorId } }: PendingWrite) =>
      !lost.has(shardOf(monitorId)) && !removed.has(monitorId);
    return new Set(results.filter(isStored));
  };
