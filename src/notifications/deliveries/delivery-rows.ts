import type { Delivery } from './delivery.entity.js';
import type { Transaction } from '../../database/transactions.js';

/** Place-holders for a list of values. */
export const sqlList = (values: readonly unknown[]): string => `(${values.map(() => '?').join(', ')})`;

const assignments = (row: object): string =>
  Object.keys(row)
    .map((column) => `${column} = ?`)
    .join(', ');

/** Writes `row` into those of the deliveries `seqs` that are still pending, and at attempt number `attempts`. */
export async function recordAttempt(
  { manager }: Transaction,
  seqs: readonly number[],
  attempts: number,
  row: Partial<Delivery>,
): Promise<void> {
  await manager.query(
    `UPDATE deliveries SET ${assignments(row)} WHERE status = 'pending' AND attempts = ? AND seq IN ${sqlList(seqs)}`,
    [...Object.values(row), attempts, ...seqs],
  );
}

/** Gives up what waits to be sent to a channel, for `reason`. */
export async function cancelPending(
  { manager }: Transaction,
  channelId: string,
  reason: string,
): Promise<void> {
  await manager.query(
    `UPDATE deliveries SET status = 'cancelled', nextAttemptAt = NULL, sendingUntil = NULL, lastError = ?
      WHERE channelId = ? AND status = 'pending'`,
    [reason, channelId],
  );
}
