import { Injectable } from '@nestjs/common';
import { inList } from '../database/in-list.js';
import { Reads } from '../database/reads.js';
import { type WatchedMonitor, watchedMonitors } from './monitor-states.js';

/** How many monitors one statement reads: each may have a hundred kilobytes of settings. */
const BATCH = 200;

/** Reads monitors for who makes their checks. */
@Injectable()
export class MonitorRoster {
  constructor(private readonly reads: Reads) {}

  /** The active monitors of a shard. */
  async ofShard(shard: number): Promise<WatchedMonitor[]> {
    const monitors: WatchedMonitor[] = [];
    for (let last = ''; ;) {
      const batch = await this.read('j.shard = ? AND j.monitorId > ? AND t.active = 1', [shard, last]);
      monitors.push(...batch);
      if (batch.length < BATCH) return monitors;
      last = batch.at(-1)!.id;
    }
  }

  /** Those of `ids` that there are, active or not. */
  async byId(ids: readonly string[]): Promise<WatchedMonitor[]> {
    const monitors: WatchedMonitor[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound } = inList(ids.slice(i, i + BATCH));
      monitors.push(...(await this.read(`t.id IN (${marks})`, bound)));
    }
    return monitors;
  }

  private read(where: string, values: readonly unknown[]): Promise<WatchedMonitor[]> {
    const { entity, join } = watchedMonitors;
    return this.reads.select(entity, { join, where, values, orderBy: 'j.monitorId', limit: BATCH });
  }
}
