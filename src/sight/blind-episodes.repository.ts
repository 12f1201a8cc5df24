import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, Not, Repository } from 'typeorm';
import { BaseRepository } from '../database/base.repository.js';
import { findFirstLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import { BlindEpisode } from './blind-episode.entity.js';

const IS_UNSEEN = "EXISTS (SELECT 1 FROM monitors m WHERE m.teamId = e.teamId AND m.status = 'unknown')";
const FIND_UNSETTLED = `
  SELECT e.id FROM blind_episodes e
   WHERE e.openKey IS NOT NULL AND
     CASE WHEN e.clearSince IS NULL THEN NOT ${IS_UNSEEN} ELSE ${IS_UNSEEN} OR e.clearSince + e.settleMs <= ? END`;

@Injectable()
export class BlindEpisodesRepository extends BaseRepository<BlindEpisode> {
  constructor(@InjectRepository(BlindEpisode) episodes: Repository<BlindEpisode>, sql: SqlReader) {
    super(episodes, sql);
  }

  /** Those that last. */
  findOpen(): Promise<BlindEpisode[]> {
    return this.sql.select(BlindEpisode, { where: 't.openKey IS NOT NULL', values: [] });
  }

  /** Those about which something is to be done: their team came to be seen, or not, or for long enough. */
  async findUnsettled(now: number): Promise<string[]> {
    const rows = await this.sql.query<{ id: string }>(FIND_UNSETTLED, [now]);
    return rows.map(({ id }) => id);
  }

  hasOpen(tx: Transaction, teamId: string): Promise<boolean> {
    return this.within(tx).existsBy({ openKey: teamId });
  }

  /** The one of a team that lasts, held until the transaction ends; null for none. */
  lockOpen(tx: Transaction, teamId: string): Promise<BlindEpisode | null> {
    return this.lock(tx, { openKey: teamId });
  }

  /** The last one of a team that is over, held until the transaction ends; null for none. */
  lockLastEnded({ manager }: Transaction, teamId: string): Promise<BlindEpisode | null> {
    return findFirstLocked(manager, BlindEpisode, { teamId, endedAt: Not(IsNull()) }, { endedAt: 'DESC' });
  }

  async deleteEndedBefore(tx: Transaction, limit: number): Promise<void> {
    await this.delete(tx, { endedAt: LessThan(limit) });
  }
}
