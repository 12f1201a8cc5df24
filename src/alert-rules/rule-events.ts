import { Injectable } from '@nestjs/common';
import type { Change } from '../audit/changes.js';
import type { LinkedRule } from './linked-rule.js';

/** `rule` is as it is then. */
type OnUpdated = (change: Change, rule: LinkedRule) => Promise<void>;
type OnRemoved = (change: Change, rule: LinkedRule) => Promise<void>;

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

  async announceUpdated(change: Change, rule: LinkedRule): Promise<void> {
    for (const listener of this.updated) await listener(change, rule);
  }

  async announceRemoved(change: Change, rule: LinkedRule): Promise<void> {
    for (const listener of this.removed) await listener(change, rule);
  }
}
