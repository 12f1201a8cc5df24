import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, Not, Repository } from 'typeorm';
import type { Principal } from '../auth/principal.js';
import { BaseRepository } from '../database/base.repository.js';
import { allOf, type Condition } from '../database/condition.js';
import { inList } from '../database/in-list.js';
import { findFirstLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import { ofReachedMonitor, whereMonitorIsReached } from '../monitors/monitors.repository.js';
import type { ListIncidentsDto } from './incident.dto.js';
import type { CheckSnapshot } from './lifecycle/check-snapshot.js';
import { IncidentEvent } from './lifecycle/incident-event.entity.js';
import { IncidentEvidence } from './lifecycle/incident-evidence.entity.js';
import { Incident, type IncidentStatus } from './lifecycle/incident.entity.js';
import type { TimelineLine } from './lifecycle/timeline-entries.js';

/** A rule and a monitor. */
export interface PairIds {
  readonly rule: { readonly id: string };
  readonly monitor: { readonly id: string };
}

/** What has an index of its own, that which picks out the fewest first. */
const INDEXED = ['ruleId', 'monitorId', 'status', 'severity'] as const;

/** Incidents, the checks that opened them, and their timelines. */
@Injectable()
export class IncidentsRepository extends BaseRepository<Incident> {
  constructor(
    @InjectRepository(Incident) incidents: Repository<Incident>,
    @InjectRepository(IncidentEvent) private readonly events: Repository<IncidentEvent>,
    @InjectRepository(IncidentEvidence) private readonly evidence: Repository<IncidentEvidence>,
    sql: SqlReader,
  ) {
    super(incidents, sql);
  }

  /** The incidents of the caller's team, within their reach, that `query` asks for, newest first. */
  listing(by: Principal, query: ListIncidentsDto): Listing<Incident> {
    const { from, to } = query;
    const [along, ...filters] = INDEXED.filter((column) => query[column] !== undefined).map((column) => ({
      column,
      condition: [`t.${column} = ?`, query[column]] as Condition,
    }));
    const conditions: Condition[] = [['t.teamId = ?', by.teamId]];
    if (along) conditions.push(along.condition);
    if (from !== undefined) conditions.push(['t.openedAt >= ?', Date.parse(from)]);
    if (to !== undefined) conditions.push(['t.openedAt < ?', Date.parse(to)]);
    return {
      entity: Incident,
      index: `incidents_teamId${along ? `_${along.column}` : ''}`,
      conditions,
      filters: [...filters.map(({ condition }) => condition), ...ofReachedMonitor(by, 't.monitorId')],
      orderBy: ['openedAt', 'id'],
      descending: true,
    };
  }

  /** The timeline of an incident, oldest first. */
  timelineListing(incidentId: string): Listing<IncidentEvent> {
    return {
      entity: IncidentEvent,
      conditions: [['t.incidentId = ?', incidentId]],
      orderBy: ['seq'],
      descending: false,
    };
  }

  /** An incident of the caller's team, within their reach. */
  findReached(by: Principal, id: string): Promise<Incident | null> {
    const { where, values } = reachedBy(by, id);
    return this.sql.selectOne(Incident, where, values);
  }

  /** Whether there is such a one. */
  async isReached(by: Principal, id: string): Promise<boolean> {
    const { where, values } = reachedBy(by, id);
    return (await this.sql.query(`SELECT 1 FROM incidents t WHERE ${where}`, values)).length > 0;
  }

  /** The same one, held until the transaction ends. */
  lockReached(tx: Transaction, by: Principal, id: string): Promise<Incident | null> {
    return this.lock(tx, { id, teamId: by.teamId, ...whereMonitorIsReached(by) });
  }

  /** The checks that opened an incident, in the order they were made. */
  async findEvidence(incidentId: string): Promise<CheckSnapshot[]> {
    const evidence = await this.sql.selectOne(IncidentEvidence, 't.incidentId = ?', [incidentId]);
    return evidence?.checks ?? [];
  }

  /** The same within a transaction. */
  async findEvidenceIn({ manager }: Transaction, incidentId: string): Promise<CheckSnapshot[]> {
    const evidence = await manager.withRepository(this.evidence).findOneBy({ incidentId });
    return evidence?.checks ?? [];
  }

  /**
   * The incidents of monitors that are not settled, or were changed after `since` (epoch milliseconds): the last one
   * of each rule and monitor comes behind the others of the two.
   */
  async findRecent(monitorIds: readonly string[], since: number): Promise<Incident[]> {
    const { marks, bound } = inList(monitorIds);
    const ofMonitors = `t.monitorId IN (${marks})`;
    const over = await this.sql.select(Incident, {
      where: `${ofMonitors} AND t.updatedAt > ? AND t.settled = 1`,
      values: [...bound, since],
      orderBy: 't.lastOpenedAt',
    });
    const unsettled = await this.sql.select(Incident, {
      where: `${ofMonitors} AND t.settled = 0`,
      values: bound,
      orderBy: 't.lastOpenedAt',
    });
    return [...over, ...unsettled];
  }

  /** Those of the ids that there are incidents of. */
  async findThere(tx: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.within(tx).find({ select: { id: true }, where: { id: In([...ids]) } });
    return new Set(found.map(({ id }) => id));
  }

  /**
   * The unresolved incident of a rule and a monitor, or else the last one there was. Nobody changes it until
   * the transaction ends.
   */
  lockLast({ manager }: Transaction, { rule, monitor }: PairIds): Promise<Incident | null> {
    const where = { ruleId: rule.id, monitorId: monitor.id };
    // In the order of the alphabet what is resolved comes last.
    return findFirstLocked(manager, Incident, where, { status: 'ASC', lastOpenedAt: 'DESC' });
  }

  /** The same of the rule and monitor of an incident; null where that is gone. */
  async lockLastLike(tx: Transaction, incidentId: string): Promise<Incident | null> {
    const incident = await this.within(tx).findOneBy({ id: incidentId });
    return (
      incident && this.lockLast(tx, { rule: { id: incident.ruleId }, monitor: { id: incident.monitorId } })
    );
  }

  lockUnsettledOfRule(tx: Transaction, ruleId: string): Promise<Incident[]> {
    return this.lockUnsettled(tx, { ruleId });
  }

  /** Those of a rule for monitors other than these. */
  lockUnsettledOutside(tx: Transaction, ruleId: string, monitorIds: readonly string[]): Promise<Incident[]> {
    return this.lockUnsettled(tx, { ruleId, monitorId: Not(In([...monitorIds])) });
  }

  lockUnsettledOfMonitor(tx: Transaction, monitorId: string): Promise<Incident[]> {
    return this.lockUnsettled(tx, { monitorId });
  }

  /** The incidents of a team that are over, which not all channels that are owed that word were told. */
  lockOwed(tx: Transaction, teamId: string): Promise<Incident[]> {
    return this.lockAll(tx, { teamId, settled: false, status: 'resolved', lastWord: 'good' });
  }

  /** Changes an incident that has one of `statuses`. Answers whether it had. */
  async updateOneOf(
    tx: Transaction,
    id: string,
    statuses: readonly IncidentStatus[],
    edit: Partial<Incident>,
  ): Promise<boolean> {
    return (await this.update(tx, { id, status: In([...statuses]) }, edit)) === 1;
  }

  async insertEvidence(
    { manager }: Transaction,
    incidentId: string,
    checks: readonly CheckSnapshot[],
  ): Promise<void> {
    await manager.withRepository(this.evidence).insert({ incidentId, checks: [...checks] });
  }

  async insertEvents({ manager }: Transaction, lines: readonly TimelineLine[]): Promise<void> {
    await manager.withRepository(this.events).insert([...lines]);
  }

  private lockUnsettled(tx: Transaction, where: FindOptionsWhere<Incident>): Promise<Incident[]> {
    return this.lockAll(tx, { ...where, settled: false });
  }
}

const reachedBy = (by: Principal, id: string) =>
  allOf([['t.id = ? AND t.teamId = ?', id, by.teamId], ...ofReachedMonitor(by, 't.monitorId')]);
