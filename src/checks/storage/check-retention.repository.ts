import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { dialect } from '../../config/dialect.js';
import { BaseRepository } from '../../database/base.repository.js';
import { SqlReader } from '../../database/sql-reader.js';
import type { Transaction } from '../../database/transactions.js';
import { Check } from '../result/check.entity.js';
import type { Removal } from './retention-plan.js';

const FIND_OLDEST_REQUEST = 'SELECT MIN(requestedAt) AS oldest FROM check_requests';

/** A statement, and the values of its `?`. */
interface Deletion {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Deletes at most `most` rows, the first of an index. SQLite has no `LIMIT` there, and MySQL none in a sub-query. */
const deletion = (table: string, where: string, by: string, values: unknown[], most: number): Deletion => {
  const first = `${table} WHERE ${where} ORDER BY ${by} LIMIT ?`;
  const sql =
    dialect === 'sqlite'
      ? `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${first})`
      : `DELETE FROM ${first}`;
  return { sql, values: [...values, most] };
};

function deletionOf({ monitorId, rows, before }: Removal, most: number): Deletion {
  if (rows === 'tombstone')
    return deletion('removed_monitors', 'monitorId = ?', 'monitorId', [monitorId], most);
  if (rows === 'checks')
    return deletion('checks', 'monitorId = ? AND dueAt < ?', 'dueAt', [monitorId, before], most);
  const where = 'monitorId = ? AND resolution = ? AND bucketStart < ?';
  return deletion('check_rollups', where, 'bucketStart', [monitorId, rows, before], most);
}

/** Removes what is not kept any longer, a bounded number of rows at a time. */
@Injectable()
export class CheckRetentionRepository extends BaseRepository<Check> {
  constructor(@InjectRepository(Check) checks: Repository<Check>, sql: SqlReader) {
    super(checks, sql);
  }

  /** At most `most` monitors that are gone and of which something is left, those behind `last` in the order of their ids. */
  async findRemoved(last: string, most: number): Promise<string[]> {
    const rows = await this.sql.query<{ monitorId: string }>(
      `SELECT monitorId FROM removed_monitors WHERE monitorId > ? ORDER BY monitorId LIMIT ${most}`,
      [last],
    );
    return rows.map(({ monitorId }) => monitorId);
  }

  /** Removes at most `most` of the rows that are to go, and answers how many. */
  remove(tx: Transaction, removal: Removal, most: number): Promise<number> {
    return execute(tx, deletionOf(removal, most));
  }

  /** When the first of the checks was asked for that are remembered, in epoch milliseconds; null for none. */
  async findOldestRequest(): Promise<number | null> {
    const [row] = await this.sql.query<{ oldest: number | string | null }>(FIND_OLDEST_REQUEST, []);
    return row!.oldest === null ? null : Number(row!.oldest);
  }

  /** Of what was asked for removes at most `most` that nobody waits for any more, and answers how many. */
  removeRequests(tx: Transaction, before: number, most: number): Promise<number> {
    return execute(tx, deletion('check_requests', 'requestedAt < ?', 'requestedAt', [before], most));
  }
}

/** How many rows a statement deleted. */
async function execute({ manager }: Transaction, { sql, values }: Deletion): Promise<number> {
  const { affected } = await manager.queryRunner!.query(sql, [...values], true);
  return affected ?? 0;
}
