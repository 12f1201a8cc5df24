import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { withinReach } from '../auth/project-reach.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { allOf } from '../database/condition.js';
import { SqlReader } from '../database/sql-reader.js';
import { Monitor } from './monitor.entity.js';
import { monitorNotFound } from './monitors.problems.js';
import type { Transaction } from '../database/transactions.js';

/** A monitor by name. */
export type NamedMonitor = Pick<Monitor, 'id' | 'name'>;

/** Which monitors a team has, for features that are about them. */
@Injectable()
export class TeamMonitors {
  constructor(private readonly reads: SqlReader) {}

  /** Throws `NotFound` unless the caller's team has this monitor, and the caller reaches it. */
  async require(by: Principal, id: string): Promise<void> {
    const { sql, values } = reached(by, id);
    if ((await this.reads.query(sql, values)).length === 0) throw monitorNotFound(id);
  }

  /** The same within a change, of the caller as they are now. */
  async requireWithin({ manager, by }: AuditedTransaction<Principal>, id: string): Promise<void> {
    const { sql, values } = reached(by, id);
    if ((await manager.query<unknown[]>(sql, values)).length === 0) throw monitorNotFound(id);
  }

  async has(teamId: string, id: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM monitors WHERE id = ? AND teamId = ?';
    return (await this.reads.query(sql, [id, teamId])).length > 0;
  }

  /** Those of `ids` that are monitors of the team. They stay while the transaction holds the team: see `PlansRepository`. */
  async owned(
    { manager }: Transaction,
    teamId: string,
    ids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const where = { teamId, id: In([...ids]) };
    const found = await manager.find(Monitor, { select: { id: true }, where });
    return new Set(found.map(({ id }) => id));
  }

  /** The identifiers of all monitors of the team, which stay as those of `owned` do. */
  async all({ manager }: Transaction, teamId: string): Promise<string[]> {
    const found = await manager.find(Monitor, {
      select: { id: true },
      where: { teamId },
      order: { id: 'ASC' },
    });
    return found.map(({ id }) => id);
  }

  /** The monitors of the team, oldest first. */
  named(teamId: string): Promise<NamedMonitor[]> {
    return this.reads.query('SELECT id, name FROM monitors WHERE teamId = ? ORDER BY id', [teamId]);
  }
}

function reached(by: Principal, id: string) {
  const { where, values } = allOf([
    ['t.id = ? AND t.teamId = ?', id, by.teamId],
    ...withinReach(by, 't.projectId'),
  ]);
  return { sql: `SELECT 1 FROM monitors t WHERE ${where}`, values };
}
