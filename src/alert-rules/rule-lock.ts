import { dialect } from '../config/dialect.js';
import type { Transaction } from '../database/transactions.js';

const HOLD_RULE = `SELECT 1 FROM alert_rules WHERE id = ? AND active = 1${dialect === 'mysql' ? ' LOCK IN SHARE MODE' : ''}`;

/** Whether there is an active rule of this id. It stays so until the transaction ends; others may hold it too. */
export const lockActiveRule = async ({ manager }: Transaction, id: string): Promise<boolean> =>
  (await manager.query<unknown[]>(HOLD_RULE, [id])).length > 0;
