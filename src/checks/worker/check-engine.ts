import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { shardOf } from '../../common/slot-grid.js';
import type { CheckResult } from '../result/check-result.js';
import { Prober } from '../result/probe-result.js';
import type { StartedCheck } from '../scheduler/schedule.types.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { CheckStore } from '../storage/check-store.js';
import { CheckRunner } from './check-runner.js';
import { CheckEvaluator } from './check-evaluator.js';
import { Doubts } from './doubts.js';
import { WorkerMetrics } from './worker-metrics.js';
import { ManualCheckQueue } from './manual-check-queue.js';
import { ResultBuffer } from './result-buffer.js';
import { resultWriter } from './result-writer.js';
import { ShardLeases } from './shard-leases.js';
import { type AssignedMonitor, AssignedMonitors } from './assigned-monitors.js';
import { ProcessHealth } from './process-health.js';

/** Results that wait to be stored beyond which no check is begun: they are in memory. */
const MOST_WAITING = 20_000;

/** How long the database may take before nothing is concluded from a bad check. */
const DATABASE_TROUBLE_MS = 1_000;

/**
 * Makes the checks of the monitors whose shards this process holds: begins what is due, concludes from what
 * was found, and has it stored. `CheckWorker` drives it.
 */
@Injectable()
export class CheckEngine {
  private readonly logger = new Logger('Checks');
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly buffer: ResultBuffer;
  private readonly leaving = new Set<number>();
  /** Called when something may be begun earlier than `pump` told. */
  onWorkAvailable: () => void = () => {};

  constructor(
    private readonly leases: ShardLeases,
    private readonly monitors: AssignedMonitors,
    private readonly manualChecks: ManualCheckQueue,
    private readonly scheduler: Scheduler,
    private readonly runner: CheckRunner,
    private readonly evaluator: CheckEvaluator,
    private readonly doubts: Doubts,
    private readonly health: ProcessHealth,
    private readonly clock: Clock,
    private readonly metrics: WorkerMetrics,
    store: CheckStore,
    prober: Prober,
  ) {
    const write = resultWriter(store, leases, (shards) => this.releaseMonitors(shards));
    monitors.onRequestDropped = (dropped) => manualChecks.abandon((monitorId) => monitorId === dropped);
    this.buffer = new ResultBuffer(write, clock, (seconds) => metrics.flushed(seconds));
    metrics.observe({
      inFlight: () => this.inFlight.size,
      waiting: () => scheduler.waiting,
      watched: () => monitors.all,
      unstored: () => this.buffer.size,
      probeDelay: () => prober.delayMs(),
    });
  }

  /** Renews the leases, and leaves monitors as they say. */
  async renewLeases(): Promise<void> {
    const { lost, surplus } = await this.leases.heartbeat();
    this.releaseMonitors(lost);
    void this.handOver(surplus.filter((shard) => !this.leaving.has(shard)));
  }

  /** Takes monitors in as the leases say, and does what was changed in the database. It may last longer than a lease. */
  async syncChanges(): Promise<void> {
    const held = this.monitors.shards.filter((shard) => !this.leaving.has(shard));
    if (await this.monitors.assign(held)) await this.manualChecks.reload();
    await this.catchUp();
    this.onWorkAvailable();
  }

  /** What was asked for is made with the settings that were committed before: whatever is heard of is followed first. */
  private async catchUp(): Promise<void> {
    const changed = await this.monitors.syncChanges();
    await this.manualChecks.take([...(changed.get('check-request') ?? [])]);
  }

  /** Begins what is due. Answers when to call again, in epoch milliseconds; null when only `onWorkAvailable` tells. */
  startDueChecks(): number | null {
    const now = this.now();
    if (this.health.tookJump()) this.scheduler.reanchor(now);
    if (!this.mayBegin) return null;
    for (const lost of this.doubts.sweep(now))
      this.buffer.add({ ...lost, epoch: this.epochOf(lost.state.monitorId) });
    this.startDue(now);
    return this.scheduler.nextWakeUp(now);
  }

  private get mayBegin(): boolean {
    return this.leases.isValid() && this.buffer.size < MOST_WAITING;
  }

  private epochOf(monitorId: string): number | undefined {
    return this.leases.epochs.get(shardOf(monitorId));
  }

  private startDue(now: number): void {
    const { starts, skipped } = this.scheduler.due(now);
    for (const gap of skipped) {
      this.metrics.skipped(gap.count);
      this.buffer.addGap({ slots: gap, epoch: this.epochOf(gap.monitorId) });
    }
    for (const start of starts) this.start(start);
  }

  /**
   * Makes a check now, if this process is the one that checks the monitor, by all that is committed by now.
   * Null where it was not made, or not stored.
   */
  async request(assigned: AssignedMonitor): Promise<CheckResult | null> {
    await this.catchUp();
    if (!this.leases.holds(shardOf(assigned.monitor.id))) return null;
    const outcome = this.manualChecks.add(assigned);
    this.onWorkAvailable();
    return outcome;
  }

  get inFlightCount(): number {
    return this.inFlight.size;
  }

  /** Resolves when what is in flight now has finished. */
  async finishInFlight(): Promise<void> {
    await Promise.all(this.inFlight.values());
  }

  /** Stores what there is. */
  flush(): Promise<void> {
    return this.buffer.flush();
  }

  /** Begins nothing any more. */
  stop(): void {
    this.scheduler.stop();
    this.manualChecks.abandon();
  }

  /** Stores what there is for the last time, and lets other processes have the monitors. */
  async releaseLeases(): Promise<void> {
    await this.buffer.close();
    await this.leases.leave();
  }

  private start(start: StartedCheck): void {
    const { monitorId } = start;
    const assigned = this.monitors.get(monitorId) ?? this.manualChecks.watched(monitorId);
    if (!assigned) return this.scheduler.finished(monitorId, this.now());
    const waiters = this.manualChecks.claim(start);
    this.metrics.began(Math.max(0, this.now() - start.plannedAt));
    const epoch = this.epochOf(monitorId);
    const isDatabaseFailing = () => this.buffer.troubleMs() > DATABASE_TROUBLE_MS;
    const work = this.runner
      .run(start, assigned, isDatabaseFailing)
      .finally(() => this.finished(monitorId))
      .then((ran) => this.buffer.add({ ...this.evaluator.evaluate(ran, assigned, waiters), epoch }))
      .catch((error: unknown) => {
        this.logger.error(error);
        for (const { resolve } of waiters) resolve(null);
      });
    this.inFlight.set(monitorId, work);
  }

  /** Slots that were left out are told of now, and are to be stored before the check they were left out for. */
  private finished(monitorId: string): void {
    const now = this.now();
    this.inFlight.delete(monitorId);
    this.scheduler.finished(monitorId, now);
    if (this.mayBegin) this.startDue(now);
    this.onWorkAvailable();
  }

  private releaseMonitors(shards: readonly number[]): void {
    if (shards.length === 0) return;
    this.monitors.release(shards);
    this.abandonRequests(shards);
  }

  private abandonRequests(shards: readonly number[]): void {
    const gone = new Set(shards);
    this.manualChecks.abandon((monitorId) => gone.has(shardOf(monitorId)));
  }

  /** Gives shards to whoever lacks them, once nothing of them is in flight or unstored. */
  private async handOver(shards: readonly number[]): Promise<void> {
    if (shards.length === 0) return;
    for (const shard of shards) this.leaving.add(shard);
    this.monitors.stopScheduling(shards);
    this.abandonRequests(shards);
    try {
      const gone = new Set(shards);
      await Promise.all([...this.inFlight].flatMap(([id, work]) => (gone.has(shardOf(id)) ? work : [])));
      await this.buffer.flush();
      await this.leases.release(shards);
    } catch (error) {
      this.logger.warn(`Shards could not be handed over: ${(error as Error).message.split('\n')[0]}`);
    }
    this.releaseMonitors(shards);
    for (const shard of shards) this.leaving.delete(shard);
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}
