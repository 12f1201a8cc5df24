import { Injectable } from '@nestjs/common';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import type { AlertRuleWithLinks } from './linked-rule.js';

/** `rule` is as it is then. */
type OnUpdated = (tx: AuditedTransaction, rule: AlertRuleWithLinks) => Promise<void>;
type OnRemoved = (tx: AuditedTransaction, rule: AlertRuleWithLinks) => Promise<void>;

/** What features above do after a caller changed a rule and before one is deleted, in the same transaction. They register at module init. */
@Injectable()
export class RuleEvents {
  private readonly updated: OnUpdated[] = [];
  private readonly removed: OnRemoved[] = [];

  onUpdated(listener: OnUpdated): void {
    this.updated.push(listener);
  }

  onRemoved(listener: OnRemoved): void {
    this.removed.push(listener);
  }

  async announceUpdated(tx: AuditedTransaction, rule: AlertRuleWithLinks): Promise<void> {
    for (const listener of this.updated) await listener(tx, rule);
  }

  async announceRemoved(tx: AuditedTransaction, rule: AlertRuleWithLinks): Promise<void> {
    for (const listener of this.removed) await listener(tx, rule);
  }
}
