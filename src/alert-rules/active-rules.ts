import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CheckResultObservers } from '../checks/result/check-result-observers.js';
import { AlertRulesRepository } from './alert-rules.repository.js';
import type { AlertRuleWithLinks } from './linked-rule.js';
import { RuleIndex } from './rule-index.js';

/** The active rules of all teams in memory, in a process that makes checks: about a second behind the database. */
@Injectable()
export class ActiveRules implements OnModuleInit {
  private readonly book = new RuleIndex();

  constructor(
    private readonly rules: AlertRulesRepository,
    private readonly observers: CheckResultObservers,
  ) {}

  onModuleInit(): void {
    this.observers.follow('alert-rule', async (ids) => {
      if (ids) this.book.apply(ids, await this.rules.findActive([...ids]));
      else this.book.replace(await this.rules.findActive());
    });
  }

  /** See `RuleIndex.rulesOf`. */
  of(monitorId: string, teamId: string): readonly AlertRuleWithLinks[] {
    return this.book.rulesOf(monitorId, teamId);
  }
}
