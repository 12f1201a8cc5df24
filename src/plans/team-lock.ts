import { Plan } from '../auth/plan.js';
import { dialect } from '../config/dialect.js';
import type { Transaction } from '../database/transactions.js';

const LOCK_TEAM = `SELECT plan FROM teams WHERE id = ?${dialect === 'mysql' ? ' FOR UPDATE' : ''}`;

/**
 * Holds the row of a team until the transaction ends, and answers its plan: what is decided from how many
 * things the team has stays true. Taken before any row of those things, so that nobody waits crosswise.
 */
export async function lockTeamRow({ manager }: Transaction, teamId: string): Promise<Plan> {
  const [team] = await manager.query<Array<{ plan: Plan }>>(LOCK_TEAM, [teamId]);
  return team?.plan ?? Plan.Free;
}
