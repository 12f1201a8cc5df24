import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThanOrEqual, Repository } from 'typeorm';
import { BaseRepository } from '../../database/base.repository.js';
import { DATABASE_NOW } from '../../database/database-time.js';
import { SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import { ShardLease, Worker } from './lease.entities.js';

const NOW = `SELECT ${DATABASE_NOW} AS now`;

/** The leases of the shards, and the workers that share them. Times are epoch milliseconds of the database's clock. */
@Injectable()
export class ShardLeasesRepository extends BaseRepository<ShardLease> {
  constructor(
    @InjectRepository(ShardLease) leases: Repository<ShardLease>,
    @InjectRepository(Worker) private readonly workers: Repository<Worker>,
    sql: SqlReader,
  ) {
    super(leases, sql);
  }

  /** All leases, by their shards, held until the transaction ends. */
  async lockEvery(tx: Transaction): Promise<ShardLease[]> {
    return (await this.lockAll(tx, {})).toSorted((a, b) => a.shard - b.shard);
  }

  async now({ manager }: Transaction): Promise<number> {
    const [row] = await manager.query<Array<{ now: number | string }>>(NOW);
    return Number(row!.now);
  }

  async renew(tx: Transaction, shards: readonly number[], leasedUntil: number): Promise<void> {
    await this.update(tx, { shard: In([...shards]) }, { leasedUntil });
  }

  /** Makes `owner` the next one of shards: what the one before still writes is refused by the epoch. */
  async claim(tx: Transaction, shards: readonly number[], owner: string, leasedUntil: number): Promise<void> {
    await this.update(tx, { shard: In([...shards]) }, { owner, leasedUntil, epoch: () => 'epoch + 1' });
  }

  /** Has those of the shards that are `owner`'s be nobody's. */
  async release(tx: Transaction, shards: readonly number[], owner: string): Promise<void> {
    await this.update(tx, { shard: In([...shards]), owner }, { owner: null, leasedUntil: 0 });
  }

  async deleteWorkersSeenUntil({ manager }: Transaction, time: number): Promise<void> {
    await manager.withRepository(this.workers).delete({ seenUntil: LessThanOrEqual(time) });
  }

  /** Says until when a worker is taken to be there. */
  async listWorker({ manager }: Transaction, id: string, seenUntil: number): Promise<void> {
    const workers = manager.withRepository(this.workers);
    const { affected } = await workers.update({ id }, { seenUntil });
    const isListed = affected ? true : await workers.existsBy({ id });
    if (!isListed) await workers.insert({ id, seenUntil });
  }

  countWorkers({ manager }: Transaction): Promise<number> {
    return manager.withRepository(this.workers).count();
  }

  async deleteWorker({ manager }: Transaction, id: string): Promise<void> {
    await manager.withRepository(this.workers).delete({ id });
  }
}
