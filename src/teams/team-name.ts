import type { Transaction } from '../database/transactions.js';

/** What a team that is there is called. */
export async function teamNameOf({ manager }: Transaction, teamId: string): Promise<string> {
  const [team] = await manager.query<Array<{ name: string }>>('SELECT name FROM teams WHERE id = ?', [
    teamId,
  ]);
  return team!.name;
}
