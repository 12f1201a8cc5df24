import { Injectable, Logger } from '@nestjs/common';
import { shardOf } from '../../common/slot-grid.js';
import { type Transaction, Transactions } from '../../database/transactions.js';
import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import { CheckRequestsRepository } from '../worker/check-requests.repository.js';
import type { TransactionalEffect, SkippedSlots, CheckResult } from '../result/check-result.js';
import { checkOf } from './check-rows.js';
import { inGroups, mostRollupsOf, remainderOf } from './skipped-slots.js';
import { afterSkippedSlots, latest } from './monitor-state-transition.js';
import { type Observation, addObservedTime, type ObservedTime } from './observed-time.js';
import { type Owned, LeaseFence } from './lease-fence.js';
import { Rollups } from './rollups.js';
import { StoredChecksRepository } from './stored-checks.repository.js';
import { MAX_RESULTS, type WriteBatch, type WriteResult } from './write-batch.js';

/** How many rollups the gaps of one transaction may come to: on SQLite nothing else runs while it does. */
const MOST_GAP_ROLLUPS = 1_000;

/** What one transaction wrote. */
interface Written {
  readonly result: WriteResult;
  readonly applied: readonly TransactionalEffect[];
}

/** What counts in rollups. */
interface Countable {
  readonly results?: readonly CheckResult[];
  readonly skipped?: readonly SkippedSlots[];
  readonly times?: readonly ObservedTime[];
}

/** Stores what was found out: checks, their rollups, and what is known of each monitor by them. */
@Injectable()
export class CheckStore {
  private readonly logger = new Logger(CheckStore.name);
  private readonly fence: LeaseFence;

  constructor(
    private readonly stored: StoredChecksRepository,
    private readonly requests: CheckRequestsRepository,
    private readonly transactions: Transactions,
  ) {
    this.fence = new LeaseFence(stored);
  }

  /**
   * Writes a batch in one transaction: all that this process may still write of it, or nothing where it rejects.
   * It may be written again then, also where it is not known whether it was stored: nothing counts twice.
   *
   * Many long gaps are stored ahead, in transactions of their own, each of which also moves `lastDueAt` on.
   */
  async write(batch: WriteBatch): Promise<WriteResult> {
    if (batch.results.length > MAX_RESULTS)
      throw new RangeError(`A batch has at most ${MAX_RESULTS} outcomes.`);
    const skipped = batch.skipped.flatMap((slots) => remainderOf(slots, null) ?? []);
    const areMany = skipped.reduce((sum, gap) => sum + mostRollupsOf(gap), 0) > MOST_GAP_ROLLUPS;
    if (areMany)
      for (const group of inGroups(skipped, MOST_GAP_ROLLUPS))
        await this.transactions.run((tx) => this.skip(tx, group, batch.epochs));
    const rest = { ...batch, gaps: areMany ? [] : skipped };
    const { result, applied } = await this.transactions.run((tx) => this.store(tx, rest));
    for (const each of applied) this.afterCommit(each);
    return result;
  }

  private async skip(
    tx: Transaction,
    skipped: readonly SkippedSlots[],
    epochs: WriteBatch['epochs'],
  ): Promise<void> {
    const owned = await this.fence.lock(tx, epochs, monitorsOf(skipped));
    const open = openGaps(skipped, owned);
    await this.updateRollups(tx, { skipped: open });
    const states = new Map(owned.states);
    for (const slots of open)
      states.set(slots.monitorId, afterSkippedSlots(states.get(slots.monitorId)!, slots));
    await this.stored.upsertStates(tx, [...states.values()]);
  }

  private async store(tx: Transaction, batch: WriteBatch): Promise<Written> {
    const owned = await this.fence.lock(
      tx,
      batch.epochs,
      monitorsOf(batch.results, batch.skipped, batch.states, batch.answers ?? []),
    );
    const isOwned = ({ monitorId }: { monitorId: string }) => owned.states.has(monitorId);
    const results = batch.results.filter(isOwned);
    const stored = await this.insert(tx, results);
    const skipped = openGaps(batch.skipped, owned);
    const { times, observations } = addObservedTime(owned.states, [...stored.values()]);
    await this.updateRollups(tx, { results: [...stored.values()], skipped, times });
    await this.updateStates(tx, { ...batch, skipped }, owned, observations);
    for (const { requestId, answer } of (batch.answers ?? []).filter(isOwned))
      await this.requests.update(tx, { id: requestId }, { answer });
    const applied = batch.effects.filter((each) => stored.has(keyOf(each)));
    for (const each of applied) await each.apply(tx);
    const { lostShards, removedMonitors } = owned;
    const duplicates = results.length - stored.size;
    return { result: { stored: stored.size, duplicates, lostShards, removedMonitors }, applied };
  }

  /** Those of the outcomes that were not stored before. */
  private async insert(tx: Transaction, results: readonly CheckResult[]): Promise<Map<string, CheckResult>> {
    const byKey = new Map(results.map((result) => [keyOf(result), result]));
    const isNew = await this.stored.insertNew(tx, [...byKey.values()].map(checkOf));
    return new Map([...byKey].filter((_, i) => isNew[i]));
  }

  /** Adds to the rollups. Nobody else does to those of the same monitors, whose states this transaction holds. */
  private async updateRollups(
    tx: Transaction,
    { results = [], skipped = [], times = [] }: Countable,
  ): Promise<void> {
    const rollups = new Rollups();
    for (const result of results) rollups.addOutcome(result);
    for (const slots of skipped) rollups.addGap(slots);
    for (const time of times) rollups.addTime(time);
    rollups.addStored(await this.stored.findRollups(tx, rollups.keys));
    await this.stored.upsertRollups(tx, rollups.rows);
  }

  /** Writes the states, and of the monitors that came to be up, down or unknown the status: unless they are paused by now. */
  private async updateStates(
    tx: Transaction,
    { states, skipped, epochs }: WriteBatch,
    owned: Owned,
    observations: ReadonlyMap<string, Observation>,
  ): Promise<void> {
    const ours = statesToWrite(skipped, states, owned, observations);
    await this.stored.upsertStates(
      tx,
      ours.map((state) => ({ ...state, epoch: epochs.get(shardOf(state.monitorId))! })),
    );
    for (const status of ['up', 'down', 'unknown'] as const) {
      const ids = ours
        .filter(
          ({ verdict, monitorId }) => verdict === status && owned.states.get(monitorId)!.verdict !== status,
        )
        .map(({ monitorId }) => monitorId);
      if (ids.length > 0) await this.stored.setStatus(tx, ids, status);
    }
  }

  /** What is stored stays so, whatever those do who are told. */
  private afterCommit(effect: TransactionalEffect): void {
    try {
      effect.committed?.();
    } catch (error) {
      this.logger.error('What follows from a stored check failed', (error as Error).stack);
    }
  }
}

/** Whether the monitor was resumed since `state` was known: what was found before it was paused says nothing of it now. */
const wasResumed = (stored: MonitorState, state: MonitorState): boolean =>
  stored.lastDueAt === null && stored.since > state.since;

interface OfMonitor {
  readonly monitorId: string;
}

const keyOf = ({ monitorId, dueAt }: Pick<CheckResult, 'monitorId' | 'dueAt'>): string =>
  `${monitorId} ${dueAt}`;

const monitorsOf = (...lists: ReadonlyArray<readonly OfMonitor[]>): string[] =>
  lists.flatMap((list) => list.map(({ monitorId }) => monitorId));

/** The states to write. A gap that is counted is behind its monitor, also where the check after it is in a later batch. */
function statesToWrite(
  skipped: readonly SkippedSlots[],
  given: readonly MonitorState[],
  owned: Owned,
  observations: ReadonlyMap<string, Observation>,
): MonitorState[] {
  const states = new Map<string, MonitorState>();
  for (const state of given) {
    const stored = owned.states.get(state.monitorId);
    if (stored && !wasResumed(stored, state))
      states.set(state.monitorId, { ...state, lastDueAt: latest(state.lastDueAt, stored.lastDueAt) });
  }
  for (const slots of skipped) {
    const state = states.get(slots.monitorId) ?? owned.states.get(slots.monitorId)!;
    // A monitor that was resumed meanwhile is still to be checked at once.
    if (state.lastDueAt !== null || slots.from >= state.since)
      states.set(slots.monitorId, afterSkippedSlots(state, slots));
  }
  for (const id of observations.keys()) if (!states.has(id)) states.set(id, owned.states.get(id)!);
  return [...states.values()].map((state) => ({
    ...state,
    ...observationIn(observations.get(state.monitorId) ?? owned.states.get(state.monitorId)!),
  }));
}

/** Whose time is counted is known by the database alone: the engine's states do not have it. */
const observationIn = ({ observedVerdict, observedFrom, observedUntil }: Observation): Observation => ({
  observedVerdict,
  observedFrom,
  observedUntil,
});

/** What of the gaps is not counted yet. */
const openGaps = (skipped: readonly SkippedSlots[], { states }: Owned): SkippedSlots[] =>
  skipped.flatMap((slots) => {
    const state = states.get(slots.monitorId);
    return (state && remainderOf(slots, state.lastDueAt)) ?? [];
  });
