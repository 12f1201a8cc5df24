import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { TransactionalEffect, SkippedSlots, CheckResult } from '../result/check-result.js';
import { MINUTE, resolutions } from './rollup.js';

const MINUTE_MS = MINUTE * 1000;

/** What was asked for in another process, and what came of it. */
export interface CheckAnswer {
  /** Of the `CheckRequest`. */
  readonly requestId: string;
  readonly monitorId: string;
  /** JSON. */
  readonly answer: string;
}

/** What a process found out since it last wrote. */
export interface WriteBatch {
  /** At most `MAX_RESULTS`. */
  readonly results: readonly CheckResult[];
  readonly skipped: readonly SkippedSlots[];
  /** One of each monitor of the batch: as it is after the last outcome and gap. Its `uptime24h` is not written. */
  readonly states: readonly MonitorState[];
  /** The leases this process holds: the epoch of each shard. */
  readonly epochs: ReadonlyMap<number, number>;
  readonly effects: readonly TransactionalEffect[];
  readonly answers?: readonly CheckAnswer[];
}

/** How many outcomes one batch may have: on SQLite nothing else runs while it is written. */
export const MAX_RESULTS = 500;

/** How many rollups they should come to, for the same reason. */
export const MAX_ROLLUPS = 2_500;

/** How many rollups an outcome comes to: those it is counted in, and the minutes of the time before it. */
const rollupsOf = ({ speaksForMs }: CheckResult): number =>
  resolutions.length + Math.ceil(speaksForMs / MINUTE_MS);

/** How many of the first outcomes may be in one batch, where `null` stands for what is none. At least one. */
export function roomFor(outcomes: ReadonlyArray<CheckResult | null>): number {
  let rollups = 0;
  const fits = (result: CheckResult | null) => (rollups += result ? rollupsOf(result) : 1) <= MAX_ROLLUPS;
  const first = outcomes.slice(0, MAX_RESULTS).findIndex((outcome) => !fits(outcome));
  return first < 0 ? Math.min(outcomes.length, MAX_RESULTS) : Math.max(1, first);
}

/** What became of a batch. */
export interface WriteResult {
  /** Outcomes that were stored. */
  readonly stored: number;
  /** Outcomes of which the check was stored already, under the same monitor and due time. They were not counted again. */
  readonly duplicates: number;
  /** Shards that are not this process's any more: nothing of their monitors was written. */
  readonly lostShards: readonly number[];
  /** Monitors that are not there any more: nothing of them was written. */
  readonly removedMonitors: readonly string[];
}
