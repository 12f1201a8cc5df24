import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { shardOf } from '../../common/slot-grid.js';
import { ChangeFeed, type FeedKind } from '../../database/change-feed.js';
import type { Monitor } from '../../monitors/monitor.entity.js';
import { MonitorsRepository } from '../../monitors/monitors.repository.js';
import type { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { MonitorWithState } from '../../monitors/monitor-states.js';
import { CheckResultObservers } from '../result/check-result-observers.js';
import type { ScheduledMonitor } from '../scheduler/schedule.types.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { ShardLeases } from './shard-leases.js';

/** A monitor as the engine has it in memory. */
export interface AssignedMonitor {
  readonly monitor: Monitor;
  /** Ahead of the database by what is not stored yet. */
  state: MonitorState;
  readonly scheduled: ScheduledMonitor;
  /** How many of its last checks told nothing. */
  inconclusiveInRow: number;
  /** Whether it was in doubt when this process took it over, and nothing was concluded since. */
  inheritsDoubt: boolean;
  /** What is checked and how: where it differs, what was found before says nothing. */
  readonly target: string;
}

const targetOf = ({ url, method, headers, body, auth, assertions, ...monitor }: Monitor): string =>
  JSON.stringify([
    [url, method, headers, body, auth, assertions],
    [monitor.expectedStatus, monitor.verifyTls, monitor.followRedirects, monitor.strictHttp],
  ]);

const isInDoubt = ({ verdict, doubtedSince }: MonitorState): boolean =>
  verdict === 'unknown' || doubtedSince !== null;

export const assignedMonitorOf = (monitor: MonitorWithState): AssignedMonitor => ({
  monitor,
  state: monitor.joined,
  scheduled: {
    id: monitor.id,
    teamId: monitor.teamId,
    host: new URL(monitor.url).host,
    interval: monitor.intervalSeconds * 1000,
    timeout: monitor.timeoutSeconds * 1000,
  },
  inconclusiveInRow: 0,
  inheritsDoubt: isInDoubt(monitor.joined),
  target: targetOf(monitor),
});

/** The active monitors of the shards that this process holds, and their schedule, kept in step with the database. */
@Injectable()
export class AssignedMonitors {
  private readonly monitors = new Map<string, AssignedMonitor>();
  private readonly taken = new Set<number>();
  private version: number | null = null;
  /** Called when a monitor is gone for which a check had been asked for. */
  onRequestDropped: (monitorId: string) => void = () => {};
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly leases: ShardLeases,
    private readonly monitorsRepository: MonitorsRepository,
    private readonly feed: ChangeFeed,
    private readonly observers: CheckResultObservers,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
  ) {}

  get size(): number {
    return this.monitors.size;
  }

  get all(): Iterable<AssignedMonitor> {
    return this.monitors.values();
  }

  get(id: string): AssignedMonitor | undefined {
    return this.monitors.get(id);
  }

  get shards(): number[] {
    return [...this.leases.epochs.keys()];
  }

  /** Takes in the monitors of those of `shards` that it does not have yet. Answers whether there were any. Where it rejects, some are to be taken again. */
  assign(shards: readonly number[]): Promise<boolean> {
    return this.serialized(() => this.load(shards));
  }

  private async load(shards: readonly number[]): Promise<boolean> {
    if (this.version === null) {
      const version = await this.feed.version();
      await this.observers.reload();
      this.version = version;
    }
    const missing = shards.filter((each) => !this.taken.has(each));
    for (const shard of missing) {
      if (!this.leases.epochs.has(shard)) continue;
      await this.read(shard);
      this.taken.add(shard);
    }
    return missing.length > 0;
  }

  private async read(shard: number): Promise<void> {
    const monitors = await this.monitorsRepository.findOfShard(shard);
    await this.observers.onAssigned(monitors);
    for (const monitor of monitors) if (!this.monitors.has(monitor.id)) this.add(assignedMonitorOf(monitor));
  }

  /** Has no check of some shards' monitors begin any more. They are known until they are dropped, for what is in flight. */
  stopScheduling(shards: readonly number[]): void {
    for (const shard of shards) {
      this.taken.delete(shard);
      this.scheduler.retireShard(shard);
    }
  }

  /** Forgets the monitors of shards that are another's, or are going to be. */
  release(shards: readonly number[]): void {
    const gone = new Set(shards);
    const ids = [...this.monitors.keys()].filter((id) => gone.has(shardOf(id)));
    for (const id of ids) this.monitors.delete(id);
    for (const shard of shards) {
      this.taken.delete(shard);
      this.scheduler.removeShard(shard);
    }
    this.observers.onUnassigned(ids);
  }

  /** Does what was changed since the last time. Answers what else was told of. */
  syncChanges(): Promise<ReadonlyMap<FeedKind, ReadonlySet<string>>> {
    return this.serialized(() => this.catchUp());
  }

  private async catchUp(): Promise<ReadonlyMap<FeedKind, ReadonlySet<string>>> {
    if (this.version === null) return new Map();
    const news = await this.feed.since(this.version);
    if (news.isIncomplete) await this.reload();
    else {
      await this.observers.applyChanges(news.changed);
      await this.refresh([...(news.changed.get('monitor') ?? [])]);
    }
    this.version = news.version;
    return news.changed;
  }

  /** Compares everything with the database. */
  private async reload(): Promise<void> {
    await this.observers.reload();
    await this.refresh([...this.monitors.keys()]);
    for (const shard of this.taken) await this.read(shard);
  }

  private async refresh(ids: readonly string[]): Promise<void> {
    const own = ids.filter((id) => this.taken.has(shardOf(id)));
    const stored = new Map(
      (await this.monitorsRepository.findByIds(own)).map((monitor) => [monitor.id, monitor]),
    );
    for (const id of own) {
      const monitor = stored.get(id);
      const known = this.monitors.get(id);
      if (!monitor?.active) this.remove(id, monitor !== undefined);
      else if (known) this.replace(known, assignedMonitorOf(monitor));
      else {
        await this.observers.onAssigned([monitor]);
        this.add(assignedMonitorOf(monitor));
      }
    }
  }

  /** One after the other: what is being read to be taken in may just be changed. */
  private serialized<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  private add(assigned: AssignedMonitor): void {
    const { lastDueAt } = assigned.state;
    this.monitors.set(assigned.monitor.id, assigned);
    const now = this.now();
    this.scheduler.add(assigned.scheduled, { lastDueAt, checkAtOnce: lastDueAt === null }, now);
    if (assigned.inheritsDoubt) this.scheduler.confirm(assigned.monitor.id, now, now);
  }

  private remove(id: string, isPaused: boolean): void {
    if (!this.monitors.delete(id)) return;
    if (isPaused) this.scheduler.pause(id, this.now());
    else if (this.scheduler.remove(id)) this.onRequestDropped(id);
    this.observers.onUnassigned([id]);
  }

  private replace(known: AssignedMonitor, edited: AssignedMonitor): void {
    const wasResumed = edited.state.lastDueAt === null && edited.state.since > known.state.since;
    if (!wasResumed) edited.state = known.state;
    this.monitors.set(edited.monitor.id, edited);
    const isAnother = known.target !== edited.target;
    if (isAnother) edited.state = { ...edited.state, doubtedSince: null };
    else edited.inconclusiveInRow = known.inconclusiveInRow;
    edited.inheritsDoubt = known.inheritsDoubt && !isAnother;
    this.scheduler.update(edited.scheduled, isAnother || wasResumed, this.now());
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}
