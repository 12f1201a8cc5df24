import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import { shardOf } from '../../common/slot-grid.js';
import { type RowStatements, rowStatementsOf } from '../../database/row-statements.js';
import { type RowTable, rowTableOf } from '../../database/row-table.js';
import { Transactions } from '../../database/transactions.js';
import { Monitor } from '../../monitors/monitor.entity.js';
import { MonitorState } from '../../monitors/monitor-state.entity.js';
import { Check } from '../result/check.entity.js';
import { CheckRollup } from '../result/check-rollup.entity.js';
import { CheckRequest } from '../worker/check-request.entity.js';
import type { Consequence, Gap, Outcome } from '../result/check-result.js';
import { checkOf, type NewCheck } from './check-rows.js';
import { inGroups, mostRollupsOf, remainderOf } from './skipped-slots.js';
import { afterGap, latest } from './monitor-state-transition.js';
import { type Observation, observe, type ObservedTime } from './observed-time.js';
import { type Owned, Ownership } from './lease-fence.js';
import { Rollups } from './rollups.js';
import { MOST_OUTCOMES, type WriteBatch, type WriteResult } from './write-batch.js';

/** How many rollups the gaps of one transaction may come to: on SQLite nothing else runs while it does. */
const MOST_GAP_ROLLUPS = 1_000;

/** What one transaction wrote. */
interface Written {
  readonly result: WriteResult;
  readonly applied: readonly Consequence[];
}

/** What counts in rollups. */
interface Countable {
  readonly outcomes?: readonly Outcome[];
  readonly gaps?: readonly Gap[];
  readonly times?: readonly ObservedTime[];
}

/** Stores what was found out: checks, their rollups, and what is known of each monitor by them. */
@Injectable()
export class CheckStore {
  private readonly logger = new Logger(CheckStore.name);
  private readonly ownership: Ownership;
  private readonly checks: RowTable<NewCheck>;
  private readonly rollups: RowTable<CheckRollup>;
  private readonly states: RowTable<MonitorState>;

  constructor(
    private readonly transactions: Transactions,
    source: DataSource,
  ) {
    this.ownership = new Ownership(source);
    this.checks = rowTableOf<NewCheck>(source, Check, { key: ['monitorId', 'dueAt'] });
    this.rollups = rowTableOf(source, CheckRollup);
    this.states = rowTableOf(source, MonitorState, { kept: ['shard', 'pausedAt', 'uptime24h'] });
  }

  /**
   * Writes a batch in one transaction: all that this process may still write of it, or nothing where it rejects.
   * It may be written again then, also where it is not known whether it was stored: nothing counts twice.
   *
   * Many long gaps are stored ahead, in transactions of their own, each of which also moves `lastDueAt` on.
   */
  async write(batch: WriteBatch): Promise<WriteResult> {
    if (batch.outcomes.length > MOST_OUTCOMES)
      throw new RangeError(`A batch has at most ${MOST_OUTCOMES} outcomes.`);
    const gaps = batch.gaps.flatMap((gap) => remainderOf(gap, null) ?? []);
    const areMany = gaps.reduce((sum, gap) => sum + mostRollupsOf(gap), 0) > MOST_GAP_ROLLUPS;
    if (areMany)
      for (const group of inGroups(gaps, MOST_GAP_ROLLUPS))
        await this.transactions.run((manager) => this.skip(manager, group, batch.epochs));
    const rest = { ...batch, gaps: areMany ? [] : gaps };
    const { result, applied } = await this.transactions.run((manager) => this.store(manager, rest));
    for (const each of applied) this.tell(each);
    return result;
  }

  private async skip(
    manager: EntityManager,
    gaps: readonly Gap[],
    epochs: WriteBatch['epochs'],
  ): Promise<void> {
    const rows = rowStatementsOf(manager);
    const owned = await this.ownership.claim(rows, epochs, monitorsOf(gaps));
    const open = openGaps(gaps, owned);
    await this.addUp(rows, { gaps: open });
    const states = new Map(owned.states);
    for (const gap of open) states.set(gap.monitorId, afterGap(states.get(gap.monitorId)!, gap));
    await rows.upsert(this.states, [...states.values()]);
  }

  private async store(manager: EntityManager, batch: WriteBatch): Promise<Written> {
    const rows = rowStatementsOf(manager);
    const owned = await this.ownership.claim(
      rows,
      batch.epochs,
      monitorsOf(batch.outcomes, batch.gaps, batch.states, batch.answers ?? []),
    );
    const isOwned = ({ monitorId }: { monitorId: string }) => owned.states.has(monitorId);
    const outcomes = batch.outcomes.filter(isOwned);
    const stored = await this.insert(rows, outcomes);
    const gaps = openGaps(batch.gaps, owned);
    const { times, observations } = observe(owned.states, [...stored.values()]);
    await this.addUp(rows, { outcomes: [...stored.values()], gaps, times });
    await this.move(manager, rows, { ...batch, gaps }, owned, observations);
    for (const { requestId, answer } of (batch.answers ?? []).filter(isOwned))
      await manager.update(CheckRequest, { id: requestId }, { answer });
    const applied = batch.consequences.filter((each) => stored.has(keyOf(each)));
    for (const each of applied) await each.apply(manager);
    const { lostShards, removedMonitors } = owned;
    const duplicates = outcomes.length - stored.size;
    return { result: { stored: stored.size, duplicates, lostShards, removedMonitors }, applied };
  }

  /** Those of the outcomes that were not stored before. */
  private async insert(rows: RowStatements, outcomes: readonly Outcome[]): Promise<Map<string, Outcome>> {
    const byKey = new Map(outcomes.map((outcome) => [keyOf(outcome), outcome]));
    const isNew = await rows.insertNew(this.checks, [...byKey.values()].map(checkOf));
    return new Map([...byKey].filter((_, i) => isNew[i]));
  }

  /** Adds to the rollups. Nobody else does to those of the same monitors, whose states this transaction holds. */
  private async addUp(
    rows: RowStatements,
    { outcomes = [], gaps = [], times = [] }: Countable,
  ): Promise<void> {
    const rollups = new Rollups();
    for (const outcome of outcomes) rollups.addOutcome(outcome);
    for (const gap of gaps) rollups.addGap(gap);
    for (const time of times) rollups.addTime(time);
    rollups.addStored(await rows.find(this.rollups, rollups.keys));
    await rows.upsert(this.rollups, rollups.rows);
  }

  /** Writes the states, and of the monitors that came to be up, down or unknown the status: unless they are paused by now. */
  private async move(
    manager: EntityManager,
    rows: RowStatements,
    { states, gaps, epochs }: WriteBatch,
    owned: Owned,
    observations: ReadonlyMap<string, Observation>,
  ): Promise<void> {
    const ours = movedBy(gaps, states, owned, observations);
    await rows.upsert(
      this.states,
      ours.map((state) => ({ ...state, epoch: epochs.get(shardOf(state.monitorId))! })),
    );
    for (const status of ['up', 'down', 'unknown'] as const) {
      const ids = ours
        .filter(
          ({ verdict, monitorId }) => verdict === status && owned.states.get(monitorId)!.verdict !== status,
        )
        .map(({ monitorId }) => monitorId);
      if (ids.length > 0) await manager.update(Monitor, { id: In(ids), active: true }, { status });
    }
  }

  /** What is stored stays so, whatever those do who are told. */
  private tell(consequence: Consequence): void {
    try {
      consequence.committed?.();
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

const keyOf = ({ monitorId, dueAt }: Pick<Outcome, 'monitorId' | 'dueAt'>): string => `${monitorId} ${dueAt}`;

const monitorsOf = (...lists: ReadonlyArray<readonly OfMonitor[]>): string[] =>
  lists.flatMap((list) => list.map(({ monitorId }) => monitorId));

/** The states to write. A gap that is counted is behind its monitor, also where the check after it is in a later batch. */
function movedBy(
  gaps: readonly Gap[],
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
  for (const gap of gaps) {
    const state = states.get(gap.monitorId) ?? owned.states.get(gap.monitorId)!;
    // A monitor that was resumed meanwhile is still to be checked at once.
    if (state.lastDueAt !== null || gap.from >= state.since) states.set(gap.monitorId, afterGap(state, gap));
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
const openGaps = (gaps: readonly Gap[], { states }: Owned): Gap[] =>
  gaps.flatMap((gap) => {
    const state = states.get(gap.monitorId);
    return (state && remainderOf(gap, state.lastDueAt)) ?? [];
  });
