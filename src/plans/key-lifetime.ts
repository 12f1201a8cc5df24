import { dialect } from '../config/dialect.js';
import type { Transaction } from '../database/transactions.js';

const DAY_MS = 24 * 3_600_000;
const LOCK_TEAM = `SELECT maxKeyLifetimeDays FROM teams WHERE id = ?${dialect === 'mysql' ? ' FOR UPDATE' : ''}`;

/**
 * When a key of the team that is made or renewed `at` ends at the latest; null where the team sets no limit.
 * Holds the row of the team, so that this stays true until the transaction ends.
 */
export async function latestExpiry({ manager }: Transaction, teamId: string, at: Date): Promise<Date | null> {
  const [team] = await manager.query<Array<{ maxKeyLifetimeDays: number | null }>>(LOCK_TEAM, [teamId]);
  const days = team?.maxKeyLifetimeDays ?? null;
  return days === null ? null : new Date(at.getTime() + days * DAY_MS);
}
