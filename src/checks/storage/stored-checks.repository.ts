import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, In, Repository } from 'typeorm';
import { BaseRepository } from '../../database/base.repository.js';
import { bulkWriterOf } from '../../database/bulk-writer.js';
import { SqlReader } from '../../database/sql-reader.js';
import { tableMappingOf, type TableMapping } from '../../database/table-mapping.js';
import type { Transaction } from '../../database/transactions.js';
import { MonitorState } from '../../monitors/monitor-state.entity.js';
import { Monitor } from '../../monitors/monitor.entity.js';
import { CheckRollup } from '../result/check-rollup.entity.js';
import { Check } from '../result/check.entity.js';
import { ShardLease } from '../worker/lease.entities.js';
import type { NewCheck } from './check-rows.js';

/** What a batch of checks is written to, many rows at a time (see `BulkWriter`). */
@Injectable()
export class StoredChecksRepository extends BaseRepository<Check> {
  private readonly checks: TableMapping<NewCheck>;
  private readonly rollups: TableMapping<CheckRollup>;
  private readonly states: TableMapping<MonitorState>;
  private readonly leases: TableMapping<ShardLease>;

  constructor(@InjectRepository(Check) checks: Repository<Check>, source: DataSource, sql: SqlReader) {
    super(checks, sql);
    this.checks = tableMappingOf<NewCheck>(source, Check, { key: ['monitorId', 'dueAt'] });
    this.rollups = tableMappingOf(source, CheckRollup);
    this.states = tableMappingOf(source, MonitorState, { kept: ['shard', 'pausedAt', 'uptime24h'] });
    this.leases = tableMappingOf(source, ShardLease);
  }

  /** The leases of shards, which others may read but not change until the transaction ends. */
  lockLeases({ manager }: Transaction, shards: readonly number[]): Promise<ShardLease[]> {
    return bulkWriterOf(manager).find(
      this.leases,
      shards.map((shard) => [shard]),
      'share',
    );
  }

  /** The states of those of the monitors that there are, held until the transaction ends. */
  lockStates({ manager }: Transaction, monitorIds: readonly string[]): Promise<MonitorState[]> {
    return bulkWriterOf(manager).find(
      this.states,
      monitorIds.map((id) => [id]),
      'update',
    );
  }

  /** Stores the checks that were not stored before, and says of each whether that was so. No two may be of the same monitor and time. */
  insertNew({ manager }: Transaction, checks: readonly NewCheck[]): Promise<boolean[]> {
    return bulkWriterOf(manager).insertNew(this.checks, checks);
  }

  /** Those of the rollups with these keys that there are. */
  findRollups({ manager }: Transaction, keys: ReadonlyArray<readonly unknown[]>): Promise<CheckRollup[]> {
    return bulkWriterOf(manager).find(this.rollups, keys);
  }

  upsertRollups({ manager }: Transaction, rollups: readonly CheckRollup[]): Promise<void> {
    return bulkWriterOf(manager).upsert(this.rollups, rollups);
  }

  /** Leaves their shard, pause and uptime as they are. */
  upsertStates({ manager }: Transaction, states: readonly MonitorState[]): Promise<void> {
    return bulkWriterOf(manager).upsert(this.states, states);
  }

  /** Has lists show this status of those of the monitors that are active. */
  async setStatus(
    { manager }: Transaction,
    monitorIds: readonly string[],
    status: Monitor['status'],
  ): Promise<void> {
    await manager.update(Monitor, { id: In([...monitorIds]), active: true }, { status });
  }
}
