import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In } from 'typeorm';
import type { ActorContext } from '../auth/principal.js';
import type { AuditedTransaction, Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import { ChangeFeed } from '../database/change-feed.js';
import { isUniqueViolation } from '../database/errors.js';
import { inList } from '../database/in-list.js';
import { findAllLocked } from '../database/locks.js';
import { SqlReader } from '../database/sql-reader.js';
import { AlertRule } from './alert-rule.entity.js';
import { AlertRuleNameTaken } from './alert-rules.problems.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { RuleEvents } from './rule-events.js';
import type { RuleSettings } from './rule-edit.js';
import { type Query, withLinks, writeLinks } from './rule-links.js';
import type { Transaction } from '../database/transactions.js';

/** The fields whose values the audit log tells. */
const told = [
  'name',
  'description',
  'condition',
  'operator',
  'value',
  'window',
  'scope',
  'monitorIds',
  'channelIds',
  'cooldownSeconds',
  'priority',
  'triggerAfter',
  'resolveAfter',
  'active',
] as const;

/** How many identifiers one statement names. */
const BATCH = 500;

export const ruleTarget = ({ id, name }: AlertRule): Target => ({ type: 'alert-rule', id, name });

/** Rules with what they are linked to. Whatever it writes it records, and tells other processes. */
@Injectable()
export class RuleStore {
  constructor(
    private readonly reads: SqlReader,
    private readonly feed: ChangeFeed,
    private readonly events: RuleEvents,
  ) {}

  async find(teamId: string, id: string): Promise<AlertRuleWithLinks | null> {
    const rule = await this.reads.selectOne(AlertRule, 't.id = ? AND t.teamId = ?', [id, teamId]);
    return rule && (await this.linked([rule]))[0]!;
  }

  /** `rules` as they were read outside a transaction, with what they are linked to. */
  linked(rules: readonly AlertRule[]): Promise<AlertRuleWithLinks[]> {
    return withLinks((sql, values) => this.reads.query(sql, values), rules);
  }

  /** The active rules of all teams, or those of `ids` that are active. */
  async active(ids?: readonly string[]): Promise<AlertRuleWithLinks[]> {
    if (!ids) return this.linked(await this.reads.select(AlertRule, { where: 't.active = 1', values: [] }));
    const rules: AlertRule[] = [];
    for (let i = 0; i < ids.length; i += BATCH) {
      const { marks, bound: values } = inList(ids.slice(i, i + BATCH));
      const where = `t.active = 1 AND t.id IN (${marks})`;
      rules.push(...(await this.reads.select(AlertRule, { where, values })));
    }
    return this.linked(rules);
  }

  /** Rules, held until the transaction ends. */
  async lock(tx: Transaction, where: FindOptionsWhere<AlertRule>): Promise<AlertRuleWithLinks[]> {
    return withLinks(queryOf(tx), await findAllLocked(tx.manager, AlertRule, where));
  }

  /** The rules that name a monitor or channel, held until the transaction ends. */
  async lockLinked(
    tx: Transaction,
    column: 'monitorId' | 'channelId',
    linkedId: string,
  ): Promise<AlertRuleWithLinks[]> {
    const ids = await linkedIds(tx, column, linkedId);
    return ids.length === 0 ? [] : this.lock(tx, { id: In(ids) });
  }

  /** Has every process look at the rules anew that tell a channel, whose other side changed. */
  async refreshLinked(tx: Transaction, channelId: string): Promise<void> {
    await this.feed.publish(tx, 'alert-rule', await linkedIds(tx, 'channelId', channelId));
  }

  /** Throws `AlertRuleNameTaken`. */
  async insert(
    tx: AuditedTransaction,
    teamId: string,
    settings: RuleSettings,
    by: ActorContext = tx.by,
  ): Promise<AlertRuleWithLinks> {
    const { manager, at } = tx;
    const rule: AlertRuleWithLinks = { ...settings, id: newId('rul'), teamId, createdAt: at, updatedAt: at };
    await manager.insert(AlertRule, rowOf(rule)).catch(refuseTaken);
    await writeLinks({ manager }, { ...rule, monitorIds: [], channelIds: [] }, rule);
    tx.record('alert-rule.created', ruleTarget(rule), { by, changes: createdFields(rule, told) });
    await this.feed.publish({ manager }, 'alert-rule', [rule.id]);
    return rule;
  }

  /** Throws `AlertRuleNameTaken`. */
  async update(
    tx: AuditedTransaction,
    before: AlertRuleWithLinks,
    edited: AlertRuleWithLinks,
    by: ActorContext = tx.by,
  ): Promise<AlertRuleWithLinks> {
    const { manager, at } = tx;
    const rule = { ...edited, updatedAt: at };
    await manager.update(AlertRule, { id: rule.id }, rowOf(rule)).catch(refuseTaken);
    await writeLinks({ manager }, before, rule);
    tx.record('alert-rule.updated', ruleTarget(rule), {
      by,
      changes: fieldChanges(before, rule, told),
    });
    await this.feed.publish({ manager }, 'alert-rule', [rule.id]);
    return rule;
  }

  async remove(tx: AuditedTransaction, rule: AlertRuleWithLinks): Promise<void> {
    await this.events.announceRemoved(tx, rule);
    await tx.manager.delete(AlertRule, { id: rule.id });
    tx.record('alert-rule.deleted', ruleTarget(rule));
    await this.feed.publish(tx, 'alert-rule', [rule.id]);
  }
}

async function linkedIds(
  tx: Transaction,
  column: 'monitorId' | 'channelId',
  linkedId: string,
): Promise<string[]> {
  const table = column === 'monitorId' ? 'alert_rule_monitors' : 'alert_rule_channels';
  const sql = `SELECT ruleId FROM ${table} WHERE ${column} = ? ORDER BY ruleId`;
  const links = await queryOf(tx)<{ ruleId: string }>(sql, [linkedId]);
  return links.map(({ ruleId }) => ruleId);
}

const queryOf =
  ({ manager }: Transaction): Query =>
  (sql, values) =>
    manager.query(sql, [...values]);

function rowOf(rule: AlertRuleWithLinks): AlertRule {
  const { monitorIds: _, channelIds: __, ...row } = rule;
  return row;
}

function refuseTaken(error: unknown): never {
  if (isUniqueViolation(error))
    throw new AlertRuleNameTaken('The team already has an alert rule of that name.');
  throw error;
}
