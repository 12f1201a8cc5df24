import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { DATABASE_NOW } from '../database/database-time.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Endpoints } from './egress-policy.js';
import { ProcessEndpoints } from './process-endpoints.entity.js';

const FIND_ENDPOINTS = `SELECT endpoints FROM process_endpoints WHERE seenUntil > ${DATABASE_NOW}`;
const DELETE_ENDED = `DELETE FROM process_endpoints WHERE seenUntil <= ${DATABASE_NOW}`;

/** What processes keep closed, by the clock of the database. */
@Injectable()
export class ProcessEndpointsRepository extends BaseRepository<ProcessEndpoints> {
  constructor(@InjectRepository(ProcessEndpoints) processes: Repository<ProcessEndpoints>, sql: SqlReader) {
    super(processes, sql);
  }

  /** Of every process that was seen of late. */
  async findEndpoints(): Promise<Endpoints[]> {
    const rows = await this.sql.query<{ endpoints: string }>(FIND_ENDPOINTS, []);
    return rows.map(({ endpoints }) => JSON.parse(endpoints) as Endpoints);
  }

  /** Puts what a process keeps closed in the place of what it did, for so long from now. */
  async replace(tx: Transaction, id: string, endpoints: Endpoints, keptMs: number): Promise<void> {
    await this.delete(tx, { id });
    await this.within(tx).insert({ id, endpoints, seenUntil: () => `${DATABASE_NOW} + ${keptMs}` });
  }

  /** Forgets the processes that were not seen for so long as they said. */
  async deleteEnded({ manager }: Transaction): Promise<void> {
    await manager.query(DELETE_ENDED);
  }
}
