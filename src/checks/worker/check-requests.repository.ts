import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Repository } from 'typeorm';
import { BaseRepository } from '../../database/base.repository.js';
import { SqlReader } from '../../database/sql-reader.js';
import { CheckRequest } from './check-request.entity.js';

const FIND_ANSWER = 'SELECT answer FROM check_requests WHERE id = ?';
const FIND_OPEN_SINCE = 'SELECT id FROM check_requests WHERE requestedAt > ? AND answer IS NULL';

/** Checks that are asked for in processes that do not make them. */
@Injectable()
export class CheckRequestsRepository extends BaseRepository<CheckRequest> {
  constructor(@InjectRepository(CheckRequest) requests: Repository<CheckRequest>, sql: SqlReader) {
    super(requests, sql);
  }

  /** What came of a request, as JSON; null until the check was made. */
  async findAnswer(id: string): Promise<string | null> {
    const [row] = await this.sql.query<{ answer: string | null }>(FIND_ANSWER, [id]);
    return row?.answer ?? null;
  }

  /** Those of `ids` that have no answer yet. */
  findOpen(ids: readonly string[]): Promise<CheckRequest[]> {
    return this.sql.manager.findBy(CheckRequest, { id: In([...ids]), answer: IsNull() });
  }

  /** The ids of what was asked for after `since`, in epoch milliseconds, and has no answer yet. */
  async findOpenSince(since: number): Promise<string[]> {
    const rows = await this.sql.query<{ id: string }>(FIND_OPEN_SINCE, [since]);
    return rows.map(({ id }) => id);
  }
}
