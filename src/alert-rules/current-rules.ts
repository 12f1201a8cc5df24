import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OutcomeObservers } from '../checks/result/check-result-observers.js';
import type { LinkedRule } from './linked-rule.js';
import { RuleBook } from './rule-book.js';
import { RuleStore } from './rule-store.js';

/** The active rules of all teams in memory, in a process that makes checks: about a second behind the database. */
@Injectable()
export class CurrentRules implements OnModuleInit {
  private readonly book = new RuleBook();

  constructor(
    private readonly store: RuleStore,
    private readonly observers: OutcomeObservers,
  ) {}

  onModuleInit(): void {
    this.observers.follow('alert-rule', async (ids) => {
      if (ids) this.book.apply(ids, await this.store.active([...ids]));
      else this.book.replace(await this.store.active());
    });
  }

  /** See `RuleBook.rulesOf`. */
  of(monitorId: string, teamId: string): readonly LinkedRule[] {
    return this.book.rulesOf(monitorId, teamId);
  }
}
