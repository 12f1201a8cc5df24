import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock.js';
import { isUnavailable } from '../../database/errors.js';
import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { TransactionalEffect, SkippedSlots, CheckResult } from '../result/check-result.js';
import { MAX_RESULTS, roomFor } from '../storage/write-batch.js';

/** How long an outcome of no consequence waits for others. */
const FLUSH_MS = 250;

/** How long to wait when the database refuses: first, and at most. */
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

/** What is to be stored: an outcome and what follows from it, or what follows from there being none. */
export interface PendingWrite {
  /** Of the lease under which the check began; undefined where there was none. */
  readonly epoch: number | undefined;
  /** Null where no check decided it. */
  readonly result: CheckResult | null;
  /** What is known of the monitor after it. */
  readonly state: MonitorState;
  /** Whether it changes what the monitor is taken for. */
  readonly isTransition: boolean;
  readonly effects: readonly TransactionalEffect[];
  /** The requests of other processes that it answers. */
  readonly requestIds: readonly string[];
  /** Called once it is stored, or is not going to be: another worker has taken the monitor over, or it was removed. */
  readonly settled?: (isStored: boolean) => void;
}

/** A gap, and the epoch of the lease under which it was seen. */
export interface SeenGap {
  readonly slots: SkippedSlots;
  readonly epoch: number | undefined;
}

export interface Batch {
  readonly results: readonly PendingWrite[];
  readonly gaps: readonly SeenGap[];
}

/** Stores a batch in one transaction. Answers which of its results are stored. */
export type WriteResults = (batch: Batch) => Promise<ReadonlySet<PendingWrite>>;

/**
 * Collects results, and stores them together: a transaction for each would cost more than the checks.
 * What changes something does not wait, and takes along what does.
 *
 * What the database refuses is kept and tried again, in order.
 */
export class ResultBuffer {
  private readonly logger = new Logger('Checks');
  private results: PendingWrite[] = [];
  private gaps: SeenGap[] = [];
  private writing: Promise<void> | null = null;
  private writingSince = 0;
  private timer: NodeJS.Timeout | null = null;
  private failures = 0;
  /** How many are stored at once: less while something among them cannot be. */
  private limit = MAX_RESULTS;
  private isClosed = false;

  constructor(
    private readonly store: WriteResults,
    private readonly clock: Clock,
    private readonly observe: (seconds: number, results: number) => void = () => {},
  ) {}

  add(result: PendingWrite): void {
    this.results.push(result);
    const isUrgent = result.isTransition || result.effects.length > 0 || result.settled !== undefined;
    this.plan(isUrgent || this.results.length >= MAX_RESULTS ? 0 : FLUSH_MS);
  }

  addGap(gap: SeenGap): void {
    this.gaps.push(gap);
    this.plan(FLUSH_MS);
  }

  /** How many results wait. */
  get size(): number {
    return this.results.length;
  }

  /** For how long the database has not taken what was given to it, in milliseconds; 0 while all is well. */
  troubleMs(): number {
    if (!this.writing && this.failures === 0) return 0;
    return this.clock.monotonic() - this.writingSince;
  }

  /** Stores everything there is. Resolves as well when the database refuses: the rest stays. */
  async flush(): Promise<void> {
    do {
      await this.write();
    } while (this.results.length + this.gaps.length > 0 && this.failures === 0);
  }

  /** Tries once more, and stops trying. */
  async close(): Promise<void> {
    await this.flush();
    this.isClosed = true;
    this.cancelTimer();
    for (const { settled } of this.results) settled?.(false);
  }

  private plan(delay: number): void {
    if (this.isClosed || this.writing || (this.failures > 0 && this.timer)) return;
    if (this.timer && delay > 0) return;
    this.cancelTimer();
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.write();
    }, delay).unref();
  }

  private cancelTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private write(): Promise<void> {
    this.cancelTimer();
    this.writing ??= this.writeNext().finally(() => {
      this.writing = null;
      if (this.failures > 0) this.plan(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (this.failures - 1)));
      else if (this.results.length + this.gaps.length > 0) this.plan(0);
    });
    return this.writing;
  }

  private async writeNext(): Promise<void> {
    const next = this.results.slice(0, this.limit);
    const room = roomFor(next.map(({ result }) => result));
    const batch = { results: next.slice(0, room), gaps: this.gaps.slice(0, this.limit) };
    if (batch.results.length + batch.gaps.length === 0) return;
    const began = this.clock.monotonic();
    if (this.failures === 0) this.writingSince = began;
    try {
      const stored = await this.store(batch);
      this.failures = 0;
      this.limit = Math.min(MAX_RESULTS, this.limit * 2);
      this.remove(batch);
      this.observe((this.clock.monotonic() - began) / 1000, batch.results.length);
      settle(batch.results, stored);
    } catch (error) {
      this.failures += 1;
      if (this.failures === 1)
        this.logger.warn(`Results cannot be stored and are kept: ${(error as Error).message.split('\n')[0]}`);
      if (!isUnavailable(error)) this.isolate(batch, error);
    }
  }

  /** The database is there and does not take the batch: one among it keeps the others from being stored. It is given up when it is found. */
  private isolate(batch: Batch, error: unknown): void {
    if (this.limit > 1) {
      this.limit = Math.ceil(this.limit / 4);
      return;
    }
    this.logger.error(error);
    this.remove(batch);
    settle(batch.results, new Set());
    this.failures = 0;
  }

  private remove({ results, gaps }: Batch): void {
    this.results.splice(0, results.length);
    this.gaps.splice(0, gaps.length);
  }
}

function settle(results: readonly PendingWrite[], stored: ReadonlySet<PendingWrite>): void {
  for (const result of results) result.settled?.(stored.has(result));
}
