import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BaseRepository } from './base.repository.js';
import { Instance } from './instance.entity.js';
import { SqlReader } from './sql-reader.js';
import type { Transaction } from './transactions.js';

/** The one row that stands for this installation. */
@Injectable()
export class InstanceRepository extends BaseRepository<Instance> {
  constructor(@InjectRepository(Instance) instances: Repository<Instance>, sql: SqlReader) {
    super(instances, sql);
  }

  /** Holds the row until the transaction ends, so that nobody else does meanwhile. */
  async hold(tx: Transaction): Promise<void> {
    await this.lock(tx, { id: Instance.id });
  }

  /** Notes which master secret the database is under. */
  async setFingerprint(tx: Transaction, fingerprint: string): Promise<void> {
    await this.update(tx, { id: Instance.id }, { fingerprint });
  }
}
