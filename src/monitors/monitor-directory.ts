import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { Reads } from '../database/reads.js';
import { Monitor } from './monitor.entity.js';

/** A monitor by name. */
export type NamedMonitor = Pick<Monitor, 'id' | 'name'>;

/** Which monitors a team has, for features that refer to them. */
@Injectable()
export class MonitorDirectory {
  constructor(private readonly reads: Reads) {}

  /** Those of `ids` that are monitors of the team. They stay while the transaction holds the team: see `lockTeam`. */
  async owned(manager: EntityManager, teamId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const where = { teamId, id: In([...ids]) };
    const found = await manager.find(Monitor, { select: { id: true }, where });
    return new Set(found.map(({ id }) => id));
  }

  async isOwned(teamId: string, id: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM monitors WHERE id = ? AND teamId = ?';
    return (await this.reads.query(sql, [id, teamId])).length > 0;
  }

  /** The monitors of the team, oldest first. */
  named(teamId: string): Promise<NamedMonitor[]> {
    return this.reads.query('SELECT id, name FROM monitors WHERE teamId = ? ORDER BY id', [teamId]);
  }
}
