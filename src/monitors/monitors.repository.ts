import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOperator, type FindOptionsWhere, In, LessThan, Raw, Repository } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { reachOf, withinReach } from '../auth/project-reach.js';
import { nameKey } from '../common/name.js';
import { BaseRepository } from '../database/base.repository.js';
import { allOf, type Condition } from '../database/condition.js';
import { inList } from '../database/in-list.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import type { ListMonitorsDto } from './monitor.dto.js';
import { Monitor } from './monitor.entity.js';
import { type MonitorWithState, monitorWithState } from './monitor-states.js';
import { RemovedMonitor } from './removed-monitor.entity.js';

/** A monitor by name. */
export type NamedMonitor = Pick<Monitor, 'id' | 'name'>;

/** What others tell people of a monitor. */
export type MonitorFacts = Pick<Monitor, 'name' | 'url'>;

/** What is read of monitors that are edited many at a time. */
export type EditedMonitor = Pick<Monitor, 'id' | 'name' | 'intervalSeconds'>;

/** How many monitors of a team are active, and of how many the status is not known. */
export interface Sight {
  readonly active: number;
  readonly unknown: number;
}

/** How many monitors one statement reads: each may have a hundred kilobytes of settings. */
const BATCH = 200;

/** How many monitors with their sealed values are in memory at once: each may have a hundred kilobytes of headers. */
const SEALED_BATCH = 50;

/** The next monitors that may have sealed values, without their contents. */
const FIND_NEXT_SEALED = `SELECT id FROM monitors WHERE id > ? AND (headers <> '[]' OR auth <> '{"type":"none"}') ORDER BY id LIMIT ${SEALED_BATCH}`;

const FIND_OF_TEAM = 'SELECT 1 FROM monitors WHERE id = ? AND teamId = ?';
const FIND_NAMED = 'SELECT id, name FROM monitors WHERE teamId = ? ORDER BY id';
const findReached = (where: string): string => `SELECT 1 FROM monitors t WHERE ${where}`;

/** `INSTR` has no wildcards, and both databases compare the bytes: names by their key, URLs in lower case. */
const CONTAINS = '(INSTR(t.nameKey, ?) > 0 OR INSTR(LOWER(t.url), ?) > 0)';

/** The columns behind each sort key. Identifiers grow with time, so they stand for when a monitor was created. */
const ORDERS: Readonly<Record<string, readonly string[]>> = {
  name: ['nameKey', 'id'],
  createdAt: ['id'],
  status: ['status', 'id'],
};

const among = (column: string, inReach: string): string =>
  `EXISTS (SELECT 1 FROM monitors m WHERE m.id = ${column} AND ${inReach})`;

/** Monitors, and the names of those that are gone while their history is still being removed. */
@Injectable()
export class MonitorsRepository extends BaseRepository<Monitor> {
  constructor(
    @InjectRepository(Monitor) monitors: Repository<Monitor>,
    @InjectRepository(RemovedMonitor) private readonly removed: Repository<RemovedMonitor>,
    sql: SqlReader,
  ) {
    super(monitors, sql);
  }

  /** A monitor of the caller's team, within their reach. */
  findReached(by: Principal, id: string): Promise<MonitorWithState | null> {
    const { entity, join } = monitorWithState;
    const { where, values } = reachedBy(by, id);
    return this.sql.selectOne(entity, where, values, join);
  }

  /** The active monitors of a shard. */
  async findOfShard(shard: number): Promise<MonitorWithState[]> {
    const monitors: MonitorWithState[] = [];
    for (let last = ''; ;) {
      const batch = await this.findBatch('j.shard = ? AND j.monitorId > ? AND t.active = 1', [shard, last]);
      monitors.push(...batch);
      if (batch.length < BATCH) return monitors;
      last = batch.at(-1)!.id;
    }
  }

  /** Those of `ids` that there are, active or not. */
  async findByIds(ids: readonly string[]): Promise<MonitorWithState[]> {
    const monitors: MonitorWithState[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound } = inList(ids.slice(i, i + BATCH));
      monitors.push(...(await this.findBatch(`t.id IN (${marks})`, bound)));
    }
    return monitors;
  }

  /** Whether the caller's team has this monitor, and the caller reaches it. */
  async isReached(by: Principal, id: string): Promise<boolean> {
    const { where, values } = reachedBy(by, id);
    return (await this.sql.query(findReached(where), values)).length > 0;
  }

  /** The same within a transaction. */
  async isReachedIn({ manager }: Transaction, by: Principal, id: string): Promise<boolean> {
    const { where, values } = reachedBy(by, id);
    return (await manager.query<unknown[]>(findReached(where), values)).length > 0;
  }

  /** A monitor of the caller's team, within their reach, held until the transaction ends. */
  lockReached(tx: Transaction, by: Principal, id: string): Promise<Monitor | null> {
    const reach = reachOf(by);
    return this.lock(tx, { id, teamId: by.teamId, ...(reach && { projectId: In([...reach]) }) });
  }

  /** The monitors of the caller's team, within their reach, that `query` asks for, in the order it asks for. */
  listing(by: Principal, query: ListMonitorsDto): Listing<MonitorWithState> {
    const { status, projectId, q, sort = 'createdAt' } = query;
    const conditions: Condition[] = [['t.teamId = ?', by.teamId], ...withinReach(by, 't.projectId')];
    if (status !== undefined) conditions.push(['t.status = ?', status]);
    if (projectId !== undefined) conditions.push(['t.projectId = ?', projectId]);
    if (q !== undefined) conditions.push([CONTAINS, nameKey(q), q.toLowerCase()]);
    const key = sort.replace('-', '');
    return {
      ...monitorWithState,
      conditions,
      orderBy: ORDERS[key]!,
      descending: sort.startsWith('-'),
    };
  }

  /** Whether the team has this monitor. */
  async has(teamId: string, id: string): Promise<boolean> {
    return (await this.sql.query(FIND_OF_TEAM, [id, teamId])).length > 0;
  }

  /** The monitors of the team by name, oldest first. */
  findNamed(teamId: string): Promise<NamedMonitor[]> {
    return this.sql.query<NamedMonitor>(FIND_NAMED, [teamId]);
  }

  /** Those of `ids` that are monitors of the team. They stay while the transaction holds the team: see `PlansRepository.lockTeam`. */
  async findOwned(tx: Transaction, teamId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const where = { teamId, id: In([...ids]) };
    const found = await this.within(tx).find({ select: { id: true }, where });
    return new Set(found.map(({ id }) => id));
  }

  /** The identifiers of all monitors of the team, which stay as those of `findOwned` do. */
  async findIds(tx: Transaction, teamId: string): Promise<string[]> {
    const found = await this.within(tx).find({
      select: { id: true },
      where: { teamId },
      order: { id: 'ASC' },
    });
    return found.map(({ id }) => id);
  }

  /** The active monitors of a team, oldest first. */
  findActive(tx: Transaction, teamId: string): Promise<EditedMonitor[]> {
    return this.findEdited(tx, { teamId, active: true });
  }

  /** The monitors of a team whose interval is less than `seconds`, oldest first. */
  findFasterThan(tx: Transaction, teamId: string, seconds: number): Promise<EditedMonitor[]> {
    return this.findEdited(tx, { teamId, intervalSeconds: LessThan(seconds) });
  }

  /** The monitors in a project, oldest first. */
  findInProject(tx: Transaction, projectId: string): Promise<EditedMonitor[]> {
    return this.findEdited(tx, { projectId });
  }

  /** Of the monitor as it is now; null where it is gone. */
  findFacts(tx: Transaction, id: string): Promise<MonitorFacts | null> {
    return this.within(tx).findOne({ select: { name: true, url: true }, where: { id } });
  }

  count(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId });
  }

  countActive(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId, active: true });
  }

  countInProject(tx: Transaction, projectId: string): Promise<number> {
    return this.within(tx).countBy({ projectId });
  }

  async sightOf(tx: Transaction, teamId: string): Promise<Sight> {
    const active = await this.countActive(tx, teamId);
    return { active, unknown: await this.within(tx).countBy({ teamId, status: 'unknown' }) };
  }

  async updateAll(tx: Transaction, ids: readonly string[], edit: Partial<Monitor>): Promise<void> {
    await this.update(tx, { id: In(ids) }, edit);
  }

  /** Deletes a monitor, and notes that its history is to be removed. */
  async remove(tx: Transaction, id: string, at: Date): Promise<void> {
    await this.delete(tx, { id });
    await tx.manager.withRepository(this.removed).insert({ monitorId: id, removedAt: at.getTime() });
  }

  /** All monitors that may have sealed values, each held until the transaction ends. Few are in memory at once. */
  async *lockSealed(tx: Transaction): AsyncGenerator<Monitor> {
    let ids: string[] = [];
    do {
      const rows = await tx.manager.query<Array<{ id: string }>>(FIND_NEXT_SEALED, [ids.at(-1) ?? '']);
      ids = rows.map(({ id }) => id);
      yield* await this.lockAll(tx, { id: In(ids) });
    } while (ids.length === SEALED_BATCH);
  }

  private findBatch(where: string, values: readonly unknown[]): Promise<MonitorWithState[]> {
    const { entity, join } = monitorWithState;
    return this.sql.select(entity, { join, where, values, orderBy: 'j.monitorId', limit: BATCH });
  }

  private findEdited(tx: Transaction, where: FindOptionsWhere<Monitor>): Promise<EditedMonitor[]> {
    const select = { id: true, name: true, intervalSeconds: true } as const;
    return this.within(tx).find({ select, where, order: { id: 'ASC' } });
  }
}

const reachedBy = (by: Principal, id: string): { where: string; values: unknown[] } =>
  allOf([['t.id = ? AND t.teamId = ?', id, by.teamId], ...withinReach(by, 't.projectId')]);

/**
 * That `column` holds a monitor within the caller's reach, to stand beside the team in a `where`: nothing for a
 * caller who reaches all. A monitor that is gone is in no project.
 */
export const ofReachedMonitor = (by: Principal, column: string): Condition[] =>
  withinReach(by, 'm.projectId').map(([inReach, ...values]) => [among(column, inReach), ...values]);

/** The same for what TypeORM finds by its `monitorId`. */
export function whereMonitorIsReached(by: Principal): { monitorId?: FindOperator<string> } {
  const reach = reachOf(by);
  if (reach === null) return {};
  return {
    monitorId: Raw((column) => among(column, 'm.projectId IN (:...reach)'), { reach: inList(reach).bound }),
  };
}
