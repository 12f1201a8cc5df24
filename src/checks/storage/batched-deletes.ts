import { dialect } from '../../config/dialect.js';
import type { Removal } from './retention-plan.js';

/** A statement, and the values of its `?`. */
export interface Deletion {
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

export function deletionOf({ monitorId, rows, before }: Removal, most: number): Deletion {
  if (rows === 'tombstone')
    return deletion('removed_monitors', 'monitorId = ?', 'monitorId', [monitorId], most);
  if (rows === 'checks')
    return deletion('checks', 'monitorId = ? AND dueAt < ?', 'dueAt', [monitorId, before], most);
  const where = 'monitorId = ? AND resolution = ? AND bucketStart < ?';
  return deletion('check_rollups', where, 'bucketStart', [monitorId, rows, before], most);
}

/** Of what was asked for, what nobody waits for any more. */
export const deletionOfRequests = (before: number, most: number): Deletion =>
  deletion('check_requests', 'requestedAt < ?', 'requestedAt', [before], most);
