import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Plan } from '../../auth/plan.js';
import { BaseRepository } from '../../database/base.repository.js';
import { inList } from '../../database/in-list.js';
import { hintAt, SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import { MonitorState } from '../../monitors/monitor-state.entity.js';
import type { Visited } from './monitor-cursor.js';
import type { RetentionCandidate } from './retention-plan.js';
import { DAY, HOUR, MINUTE } from './rollup.js';

/** The uptime that lists show of a monitor, in thousandths of a percent; null where nothing was observed. */
export interface ShownUptime extends Visited {
  readonly uptime24h: number | null;
}

type Time = number | string | null;

interface KeptRow extends Visited {
  readonly plan: Plan;
  readonly oldestCheck: Time;
  readonly oldestMinute: Time;
  readonly oldestHour: Time;
  readonly oldestDay: Time;
}

const oldestRollup = (resolution: number): string =>
  `(SELECT r.bucketStart FROM check_rollups r WHERE r.monitorId = s.monitorId AND r.resolution = ${resolution} ORDER BY r.bucketStart LIMIT 1)`;

/** Sub-queries, so that no database has the idea to begin with the teams. */
const KEPT = `
  (SELECT t.plan FROM monitors m JOIN teams t ON t.id = m.teamId WHERE m.id = s.monitorId) AS plan,
  (SELECT c.dueAt FROM checks c WHERE c.monitorId = s.monitorId ORDER BY c.dueAt LIMIT 1) AS oldestCheck,
  ${oldestRollup(MINUTE)} AS oldestMinute,
  ${oldestRollup(HOUR)} AS oldestHour,
  ${oldestRollup(DAY)} AS oldestDay`;

/** In the order of the round. MariaDB knows nothing of the values, and may read the whole table instead. */
const INDEX = hintAt('monitor_states_shard');

/** What is read and written on rounds of the monitors of some shards (see `MonitorCursor`). */
@Injectable()
export class MonitorRoundsRepository extends BaseRepository<MonitorState> {
  constructor(@InjectRepository(MonitorState) states: Repository<MonitorState>, sql: SqlReader) {
    super(states, sql);
  }

  /** What is kept of the monitors that follow on `last`, at most `count`. */
  async findKept(
    shards: readonly number[],
    last: Visited,
    count: number,
  ): Promise<Array<Visited & RetentionCandidate>> {
    const rows = await this.findNext<KeptRow>(KEPT, shards, last, count);
    return rows.map(({ shard, monitorId, plan, oldestCheck, oldestMinute, oldestHour, oldestDay }) => ({
      shard,
      monitorId,
      plan,
      check: toTime(oldestCheck),
      minute: toTime(oldestMinute),
      hour: toTime(oldestHour),
      day: toTime(oldestDay),
    }));
  }

  /** The same of the uptimes that are shown. */
  findShownUptimes(shards: readonly number[], last: Visited, count: number): Promise<ShownUptime[]> {
    return this.findNext('s.uptime24h', shards, last, count);
  }

  async updateUptimes(
    { manager }: Transaction,
    uptimes: ReadonlyArray<Pick<ShownUptime, 'monitorId' | 'uptime24h'>>,
  ): Promise<void> {
    const cases = uptimes.map(() => 'WHEN ? THEN ?').join(' ');
    const ids = uptimes.map(({ monitorId }) => monitorId);
    await manager.query(
      `UPDATE monitor_states SET uptime24h = CASE monitorId ${cases} END WHERE monitorId IN (${ids.map(() => '?').join(', ')})`,
      [...uptimes.flatMap(({ monitorId, uptime24h }) => [monitorId, uptime24h]), ...ids],
    );
  }

  /** `columns`: what to read of each, in SQL, where `s` is its row of `monitor_states`. */
  private findNext<T extends Visited>(
    columns: string,
    shards: readonly number[],
    { shard, monitorId }: Visited,
    count: number,
  ): Promise<T[]> {
    const { marks, bound } = inList(shards);
    return this.sql.query<T>(
      `SELECT s.shard, s.monitorId, ${columns} FROM monitor_states s${INDEX}
      WHERE s.shard IN (${marks}) AND s.shard >= ? AND (s.shard > ? OR s.monitorId > ?)
      ORDER BY s.shard, s.monitorId LIMIT ${count}`,
      [...bound, shard, shard, monitorId],
    );
  }
}

const toTime = (value: Time): number | null => (value === null ? null : Number(value));
