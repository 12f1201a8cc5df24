import { Injectable } from '@nestjs/common';
import type { LinkedRule } from './linked-rule.js';
import { RuleBook } from './rule-book.js';
import { RuleStore } from './rule-store.js';

/** The active rules of all teams in memory. They are as of the last `load` or `refresh`, which the engine calls. */
@Injectable()
export class CurrentRules {
  private readonly book = new RuleBook();

  constructor(private readonly store: RuleStore) {}

  /** Reads everything anew. */
  async load(): Promise<void> {
    this.book.replace(await this.store.active());
  }

  /** Reads anew what the change feed tells of under `alert-rule`. */
  async refresh(ids: ReadonlySet<string>): Promise<void> {
    this.book.apply(ids, await this.store.active([...ids]));
  }

  /** See `RuleBook.rulesOf`. */
  of(monitorId: string, teamId: string): readonly LinkedRule[] {
    return this.book.rulesOf(monitorId, teamId);
  }
}
