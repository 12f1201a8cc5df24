import { Injectable } from '@nestjs/common';
import { inList } from '../database/in-list.js';
import { SqlReader } from '../database/sql-reader.js';
import { type MonitorWithState, monitorWithState } from './monitor-states.js';

/** How many monitors one statement reads: each may have a hundred kilobytes of settings. */
const BATCH = 200;

/** Reads monitors for who makes their checks. */
@Injectable()
export class MonitorRoster {
  constructor(private readonly reads: SqlReader) {}

  /** The active monitors of a shard. */
  async ofShard(shard: number): Promise<MonitorWithState[]> {
    const monitors: MonitorWithState[] = [];
    for (let last = ''; ;) {
      const batch = await this.read('j.shard = ? AND j.monitorId > ? AND t.active = 1', [shard, last]);
      monitors.push(...batch);
      if (batch.length < BATCH) return monitors;
      last = batch.at(-1)!.id;
    }
  }

  /** Those of `ids` that there are, active or not. */
  async byId(ids: readonly string[]): Promise<MonitorWithState[]> {
    const monitors: MonitorWithState[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound } = inList(ids.slice(i, i + BATCH));
      monitors.push(...(await this.read(`t.id IN (${marks})`, bound)));
    }
    return monitors;
  }

  private read(where: string, values: readonly unknown[]): Promise<MonitorWithState[]> {
    const { entity, join } = monitorWithState;
    return this.reads.select(entity, { join, where, values, orderBy: 'j.monitorId', limit: BATCH });
  }
}
