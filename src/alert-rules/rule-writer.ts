import { Injectable } from '@nestjs/common';
import type { ActorContext } from '../auth/principal.js';
import type { AuditedTransaction, Target } from '../audit/audited-transactions.js';
import { fieldChanges, createdFields } from '../audit/field-changes.js';
import { newId } from '../common/id.js';
import { ChangeFeed } from '../database/change-feed.js';
import { isUniqueViolation } from '../database/errors.js';
import type { Transaction } from '../database/transactions.js';
import type { AlertRule } from './alert-rule.entity.js';
import { AlertRuleNameTaken } from './alert-rules.problems.js';
import { AlertRulesRepository } from './alert-rules.repository.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { RuleEvents } from './rule-events.js';
import type { RuleSettings } from './rule-edit.js';

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

export const ruleTarget = ({ id, name }: AlertRule): Target => ({ type: 'alert-rule', id, name });

/** Writes rules with what they are linked to. Whatever it writes it records, and tells other processes. */
@Injectable()
export class RuleWriter {
  constructor(
    private readonly rules: AlertRulesRepository,
    private readonly feed: ChangeFeed,
    private readonly events: RuleEvents,
  ) {}

  /** Throws `AlertRuleNameTaken`. */
  async insert(
    tx: AuditedTransaction,
    teamId: string,
    settings: RuleSettings,
    by: ActorContext = tx.by,
  ): Promise<AlertRuleWithLinks> {
    const { at } = tx;
    const rule: AlertRuleWithLinks = { ...settings, id: newId('rul'), teamId, createdAt: at, updatedAt: at };
    await this.rules.insert(tx, rowOf(rule)).catch(refuseTaken);
    await this.rules.writeLinks(tx, { ...rule, monitorIds: [], channelIds: [] }, rule);
    tx.record('alert-rule.created', ruleTarget(rule), { by, changes: createdFields(rule, told) });
    await this.feed.publish(tx, 'alert-rule', [rule.id]);
    return rule;
  }

  /** Throws `AlertRuleNameTaken`. */
  async update(
    tx: AuditedTransaction,
    before: AlertRuleWithLinks,
    edited: AlertRuleWithLinks,
    by: ActorContext = tx.by,
  ): Promise<AlertRuleWithLinks> {
    const { at } = tx;
    const rule = { ...edited, updatedAt: at };
    await this.rules.update(tx, { id: rule.id }, rowOf(rule)).catch(refuseTaken);
    await this.rules.writeLinks(tx, before, rule);
    tx.record('alert-rule.updated', ruleTarget(rule), {
      by,
      changes: fieldChanges(before, rule, told),
    });
    await this.feed.publish(tx, 'alert-rule', [rule.id]);
    return rule;
  }

  async remove(tx: AuditedTransaction, rule: AlertRuleWithLinks): Promise<void> {
    await this.events.announceRemoved(tx, rule);
    await this.rules.delete(tx, { id: rule.id });
    tx.record('alert-rule.deleted', ruleTarget(rule));
    await this.feed.publish(tx, 'alert-rule', [rule.id]);
  }

  /** Has every process look at the rules anew that tell a channel, whose other side changed. */
  async refreshTelling(tx: Transaction, channelId: string): Promise<void> {
    await this.feed.publish(tx, 'alert-rule', await this.rules.findIdsTelling(tx, channelId));
  }
}

function rowOf(rule: AlertRuleWithLinks): AlertRule {
  const { monitorIds: _, channelIds: __, ...row } = rule;
  return row;
}

function refuseTaken(error: unknown): never {
  if (isUniqueViolation(error))
    throw new AlertRuleNameTaken('The team already has an alert rule of that name.');
  throw error;
}
