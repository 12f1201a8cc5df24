import { Injectable } from '@nestjs/common';
import type { WatchedMonitor } from '../../monitors/monitor-states.js';
import { Pair } from './rule-state.js';

/** When a rule was last judged that no single check decides, and what it was judged by. Times are epoch milliseconds. */
export interface Look {
  readonly at: number;
  readonly ruleUpdatedAt: number;
  readonly certificateExpiresAt: number | null;
}

/** What is known of a monitor that this process checks, and of its rules. */
export class MonitorMemory {
  readonly id: string;
  readonly teamId: string;
  /** What the last conclusive check said. */
  isUp: boolean;
  /** As of the last check that saw a certificate. Epoch milliseconds. */
  certificateExpiresAt: number | null;
  /** Of its rules that no single check decides. */
  readonly looks = new Map<string, Look>();
  private readonly byRule = new Map<string, Pair>();

  constructor({ id, teamId, joined }: WatchedMonitor) {
    this.id = id;
    this.teamId = teamId;
    this.isUp = joined.verdict === 'up';
    this.certificateExpiresAt = joined.certificateExpiresAt;
  }

  pairOf(ruleId: string): Pair {
    let pair = this.byRule.get(ruleId);
    if (!pair) {
      pair = new Pair();
      this.byRule.set(ruleId, pair);
    }
    return pair;
  }

  forget(ruleId: string): void {
    this.byRule.delete(ruleId);
    this.looks.delete(ruleId);
  }

  get pairs(): Iterable<Pair> {
    return this.byRule.values();
  }
}

/** What this process knows of the monitors it checks. */
@Injectable()
export class MonitorMemories {
  private readonly byId = new Map<string, MonitorMemory>();

  get(monitorId: string): MonitorMemory | undefined {
    return this.byId.get(monitorId);
  }

  set(memory: MonitorMemory): void {
    this.byId.set(memory.id, memory);
  }

  drop(monitorId: string): void {
    this.byId.delete(monitorId);
  }

  get all(): Iterable<MonitorMemory> {
    return this.byId.values();
  }
}
