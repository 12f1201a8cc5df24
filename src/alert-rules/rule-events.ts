import { Injectable } from '@nestjs/common';
import type { Change } from '../audit/changes.js';
import type { LinkedRule } from './linked-rule.js';

type OnRemoved = (change: Change, rule: LinkedRule) => Promise<void>;

/** What features above do before a rule is deleted, in the same transaction. They register at module init. */
@Injectable()
export class RuleEvents {
  private readonly removed: OnRemoved[] = [];

  onRemoved(listener: OnRemoved): void {
    this.removed.push(listener);
  }

  async announceRemoved(change: Change, rule: LinkedRule): Promise<void> {
    for (const listener of this.removed) await listener(change, rule);
  }
}
