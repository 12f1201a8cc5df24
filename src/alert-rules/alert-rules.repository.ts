import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, In, Repository } from 'typeorm';
import { nameKey } from '../common/name.js';
import { dialect } from '../config/dialect.js';
import { BaseRepository } from '../database/base.repository.js';
import type { Condition } from '../database/condition.js';
import { inList } from '../database/in-list.js';
import { type Asking, LinkTable } from '../database/link-table.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Transaction } from '../database/transactions.js';
import type { Listing } from '../http/listing.js';
import { AlertRuleChannel, AlertRuleMonitor } from './alert-rule-links.entities.js';
import type { ListAlertRulesDto } from './alert-rule.dto.js';
import { AlertRule } from './alert-rule.entity.js';
import type { AlertRuleWithLinks } from './linked-rule.js';

const LOCK_ACTIVE = `SELECT 1 FROM alert_rules WHERE id = ? AND active = 1${dialect === 'mysql' ? ' LOCK IN SHARE MODE' : ''}`;

const OVER_MONITOR =
  "(t.scope = 'team' OR t.id IN (SELECT m.ruleId FROM alert_rule_monitors m WHERE m.monitorId = ?))";

/** How many identifiers one statement names. */
const BATCH = 500;

type Linked = Pick<AlertRuleWithLinks, 'id' | 'monitorIds' | 'channelIds'>;

/** Alert rules with what they are linked to. */
@Injectable()
export class AlertRulesRepository extends BaseRepository<AlertRule> {
  private readonly monitors: LinkTable<AlertRuleMonitor>;
  private readonly channels: LinkTable<AlertRuleChannel>;

  constructor(
    @InjectRepository(AlertRule) rules: Repository<AlertRule>,
    @InjectRepository(AlertRuleMonitor) monitors: Repository<AlertRuleMonitor>,
    @InjectRepository(AlertRuleChannel) channels: Repository<AlertRuleChannel>,
    sql: SqlReader,
  ) {
    super(rules, sql);
    this.monitors = new LinkTable(monitors, 'ruleId', 'monitorId');
    this.channels = new LinkTable(channels, 'ruleId', 'channelId');
  }

  async find(teamId: string, id: string): Promise<AlertRuleWithLinks | null> {
    const rule = await this.sql.selectOne(AlertRule, 't.id = ? AND t.teamId = ?', [id, teamId]);
    return rule && (await this.withLinks([rule]))[0]!;
  }

  /** The rules of a team that `query` asks for, oldest first. A monitor it names is one of the team. */
  listing(teamId: string, query: ListAlertRulesDto): Listing<AlertRule> {
    const { active, priority, monitorId, q } = query;
    const conditions: Condition[] = [['t.teamId = ?', teamId]];
    if (active !== undefined) conditions.push(['t.active = ?', Number(active)]);
    if (priority !== undefined) conditions.push(['t.priority = ?', priority]);
    if (monitorId !== undefined) conditions.push([OVER_MONITOR, monitorId]);
    if (q !== undefined) conditions.push(['INSTR(t.nameKey, ?) > 0', nameKey(q)]);
    return { entity: AlertRule, conditions, orderBy: ['id'], descending: false };
  }

  /** `rules` as they were read outside a transaction with what they are linked to, in the same order. */
  withLinks(rules: readonly AlertRule[]): Promise<AlertRuleWithLinks[]> {
    return this.linked(this.sql, rules);
  }

  /** The active rules of all teams, or those of `ids` that are active. */
  async findActive(ids?: readonly string[]): Promise<AlertRuleWithLinks[]> {
    if (!ids) return this.withLinks(await this.sql.select(AlertRule, { where: 't.active = 1', values: [] }));
    const rules: AlertRule[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound: values } = inList(ids.slice(i, i + BATCH));
      const where = `t.active = 1 AND t.id IN (${marks})`;
      rules.push(...(await this.sql.select(AlertRule, { where, values })));
    }
    return this.withLinks(rules);
  }

  count(tx: Transaction, teamId: string): Promise<number> {
    return this.within(tx).countBy({ teamId });
  }

  /** A rule of a team, held until the transaction ends. */
  async lockOf(tx: Transaction, teamId: string, id: string): Promise<AlertRuleWithLinks | null> {
    const [rule] = await this.lockWithLinks(tx, { id, teamId });
    return rule ?? null;
  }

  /** Whether there is an active rule of this id. It stays so until the transaction ends; others may hold it too. */
  async lockActive({ manager }: Transaction, id: string): Promise<boolean> {
    return (await manager.query<unknown[]>(LOCK_ACTIVE, [id])).length > 0;
  }

  /** The rules that name a monitor, held until the transaction ends. */
  async lockNaming(tx: Transaction, monitorId: string): Promise<AlertRuleWithLinks[]> {
    return this.lockWithIds(tx, await this.monitors.linkedTo(tx, monitorId));
  }

  /** The rules that tell a channel, held until the transaction ends. */
  async lockTelling(tx: Transaction, channelId: string): Promise<AlertRuleWithLinks[]> {
    return this.lockWithIds(tx, await this.findIdsTelling(tx, channelId));
  }

  /** The identifiers of the rules that tell a channel. */
  findIdsTelling(tx: Transaction, channelId: string): Promise<string[]> {
    return this.channels.linkedTo(tx, channelId);
  }

  /** Links a rule to what `after` says, where it was linked to what `before` says. */
  async writeLinks(tx: Transaction, before: Linked, after: Linked): Promise<void> {
    const { id } = after;
    await this.monitors.deleteGone(tx, id, before.monitorIds, after.monitorIds);
    await this.channels.deleteGone(tx, id, before.channelIds, after.channelIds);
    await this.monitors.insertAdded(tx, id, before.monitorIds, after.monitorIds);
    await this.channels.insertAdded(tx, id, before.channelIds, after.channelIds);
  }

  private lockWithIds(tx: Transaction, ids: readonly string[]): Promise<AlertRuleWithLinks[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.lockWithLinks(tx, { id: In(ids) });
  }

  private async lockWithLinks(
    tx: Transaction,
    where: FindOptionsWhere<AlertRule>,
  ): Promise<AlertRuleWithLinks[]> {
    return this.linked(tx.manager, await this.lockAll(tx, where));
  }

  private async linked(asking: Asking, rules: readonly AlertRule[]): Promise<AlertRuleWithLinks[]> {
    const ids = rules.map(({ id }) => id);
    const monitors = await this.monitors.linksOf(asking, ids);
    const channels = await this.channels.linksOf(asking, ids);
    return rules.map((rule) => ({
      ...rule,
      monitorIds: monitors.get(rule.id)!,
      channelIds: channels.get(rule.id)!,
    }));
  }
}
