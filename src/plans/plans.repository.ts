import { Injectable } from '@nestjs/common';
import { Plan } from '../auth/plan.js';
import { dialect } from '../config/dialect.js';
import type { Transaction } from '../database/transactions.js';

const LOCKED = dialect === 'mysql' ? ' FOR UPDATE' : '';
const LOCK_TEAM = `SELECT plan FROM teams WHERE id = ?${LOCKED}`;
const LOCK_MAX_KEY_LIFETIME = `SELECT maxKeyLifetimeDays FROM teams WHERE id = ?${LOCKED}`;

/** What bounds a team, in the row of the team. It is here for the features that teams themselves rest on. */
@Injectable()
export class PlansRepository {
  /**
   * Holds the row of a team until the transaction ends, and answers its plan: what is decided from how many
   * things the team has stays true. Taken before any row of those things, so that nobody waits crosswise.
   */
  async lockTeam({ manager }: Transaction, teamId: string): Promise<Plan> {
    const [team] = await manager.query<Array<{ plan: Plan }>>(LOCK_TEAM, [teamId]);
    return team?.plan ?? Plan.Free;
  }

  /** Holds the same row, and answers how many days the team lets keys live; null for any. */
  async lockMaxKeyLifetime({ manager }: Transaction, teamId: string): Promise<number | null> {
    const rows = await manager.query<Array<{ maxKeyLifetimeDays: number | null }>>(LOCK_MAX_KEY_LIFETIME, [
      teamId,
    ]);
    return rows[0]?.maxKeyLifetimeDays ?? null;
  }
}
