import { Injectable } from '@nestjs/common';
import type { MonitorWithState } from '../../monitors/monitor-states.js';
import { RuleState } from './rule-state.js';

/** When a rule was last judged that no single check decides, and what it was judged by. Times are epoch milliseconds. */
export interface Evaluation {
  readonly at: number;
  readonly ruleUpdatedAt: number;
  readonly certificateExpiresAt: number | null;
}

/** What is known of a monitor that this process checks, and of its rules. */
export class MonitorRuleStates {
  readonly id: string;
  readonly teamId: string;
  /** What the last conclusive check said. */
  isUp: boolean;
  /** As of the last check that saw a certificate. Epoch milliseconds. */
  certificateExpiresAt: number | null;
  /** Of its rules that no single check decides. */
  readonly evaluations = new Map<string, Evaluation>();
  private readonly byRule = new Map<string, RuleState>();

  constructor({ id, teamId, joined }: MonitorWithState) {
    this.id = id;
    this.teamId = teamId;
    this.isUp = joined.verdict === 'up';
    this.certificateExpiresAt = joined.certificateExpiresAt;
  }

  stateOf(ruleId: string): RuleState {
    let state = this.byRule.get(ruleId);
    if (!state) {
      state = new RuleState();
      this.byRule.set(ruleId, state);
    }
    return state;
  }

  forget(ruleId: string): void {
    this.byRule.delete(ruleId);
    this.evaluations.delete(ruleId);
  }

  get states(): Iterable<RuleState> {
    return this.byRule.values();
  }
}

/** What this process knows of the monitors it checks. */
@Injectable()
export class RuleStateRegistry {
  private readonly byId = new Map<string, MonitorRuleStates>();

  get(monitorId: string): MonitorRuleStates | undefined {
    return this.byId.get(monitorId);
  }

  set(monitorStates: MonitorRuleStates): void {
    this.byId.set(monitorStates.id, monitorStates);
  }

  drop(monitorId: string): void {
    this.byId.delete(monitorId);
  }

  get all(): Iterable<MonitorRuleStates> {
    return this.byId.values();
  }
}
