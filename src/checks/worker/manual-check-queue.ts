import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { shardOf } from '../../common/slot-grid.js';
import { MonitorsRepository } from '../../monitors/monitors.repository.js';
import type { CheckResult } from '../result/check-result.js';
import type { StartedCheck } from '../scheduler/schedule.types.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { CheckRequestsRepository } from './check-requests.repository.js';
import { ShardLeases } from './shard-leases.js';
import { type AssignedMonitor, assignedMonitorOf } from './assigned-monitors.js';

/** For how long somebody may wait for an answer. */
const RECALL_MS = 60_000;

/** Who waits for a check. */
export interface PendingCaller {
  /** Of the `CheckRequest`; null for somebody in this process. */
  readonly requestId: string | null;
  /** Null when it was not made, or not stored. */
  readonly resolve: (result: CheckResult | null) => void;
}

interface Requested {
  readonly assigned: AssignedMonitor;
  readonly waiters: PendingCaller[];
}

/** Checks that somebody asked for, until they begin. */
@Injectable()
export class ManualCheckQueue {
  private readonly requests = new Map<string, Requested>();
  /** Told of and not looked at yet. */
  private readonly heardOf = new Set<string>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly leases: ShardLeases,
    private readonly monitorsRepository: MonitorsRepository,
    private readonly stored: CheckRequestsRepository,
    private readonly clock: Clock,
  ) {}

  /** Has a monitor checked as soon as possible. Asked for again before it began, it is made once for all, by the latest settings. */
  add(assigned: AssignedMonitor, requestId: string | null = null): Promise<CheckResult | null> {
    const { id } = assigned.monitor;
    const known = this.requests.get(id);
    const requested = { assigned: latestOf(known?.assigned, assigned), waiters: known?.waiters ?? [] };
    this.requests.set(id, requested);
    this.scheduler.request(assigned.scheduled, assigned.state.lastDueAt, this.clock.now().getTime());
    return new Promise((resolve) => requested.waiters.push({ requestId, resolve }));
  }

  /** Takes on what other processes ask for of monitors of this one: `ids`, and what was recalled. */
  async take(ids: readonly string[]): Promise<void> {
    const heardOf = new Set([...this.heardOf, ...ids]);
    this.heardOf.clear();
    if (heardOf.size === 0) return;
    try {
      await this.addAll([...heardOf]);
    } catch (error) {
      for (const id of heardOf) this.heardOf.add(id);
      throw error;
    }
  }

  private async addAll(ids: string[]): Promise<void> {
    const requests = await this.stored.findOpen(ids);
    const own = requests.filter(({ monitorId }) => this.leases.holds(shardOf(monitorId)));
    const monitors = await this.monitorsRepository.findByIds(own.map(({ monitorId }) => monitorId));
    const byId = new Map(monitors.map((monitor) => [monitor.id, monitor]));
    for (const { id, monitorId } of own) {
      const monitor = byId.get(monitorId);
      if (monitor) void this.add(assignedMonitorOf(monitor), id);
    }
  }

  /** Has `take` take on what was asked for while nobody held the monitors, or while this process did not hear of it. */
  async reload(): Promise<void> {
    const since = this.clock.now().getTime() - RECALL_MS;
    for (const id of await this.stored.findOpenSince(since)) this.heardOf.add(id);
  }

  /** The monitor of a request, as it was when it was asked for: it need not be on the watchlist. */
  watched(monitorId: string): AssignedMonitor | undefined {
    return this.requests.get(monitorId)?.assigned;
  }

  /** Who waits for a check that begins now. */
  claim({ monitorId, trigger }: StartedCheck): readonly PendingCaller[] {
    if (trigger !== 'manual') return [];
    const waiters = this.requests.get(monitorId)?.waiters ?? [];
    this.requests.delete(monitorId);
    return waiters;
  }

  /** Lets those of some shards, or all, wait no longer. */
  abandon(isGone: (monitorId: string) => boolean = () => true): void {
    for (const [id, { waiters }] of this.requests) {
      if (!isGone(id)) continue;
      this.requests.delete(id);
      for (const { resolve } of waiters) resolve(null);
    }
  }
}

/** Whichever was edited last: they may have been read in another order than they come. */
const latestOf = (known: AssignedMonitor | undefined, read: AssignedMonitor): AssignedMonitor =>
  known && known.monitor.updatedAt > read.monitor.updatedAt ? known : read;
