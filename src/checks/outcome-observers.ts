import { Injectable } from '@nestjs/common';
import type { WatchedMonitor } from '../monitors/monitor-states.js';
import type { Consequence, Outcome, OutcomeObserver } from './outcome.js';

/** Whether somebody has a maintenance window open for a monitor. Epoch milliseconds. */
type Calendar = (monitorId: string, at: number) => boolean;

/** What features above make of outcomes. They register when the modules are initialised. */
@Injectable()
export class OutcomeObservers {
  private readonly observers: OutcomeObserver[] = [];
  private calendar: Calendar = () => false;

  register(observer: OutcomeObserver): void {
    this.observers.push(observer);
  }

  consult(calendar: Calendar): void {
    this.calendar = calendar;
  }

  isInMaintenance(monitorId: string, at: number): boolean {
    return this.calendar(monitorId, at);
  }

  async adopt(monitors: readonly WatchedMonitor[]): Promise<void> {
    for (const observer of this.observers) await observer.adopt(monitors);
  }

  abandon(monitorIds: readonly string[]): void {
    for (const observer of this.observers) observer.abandon(monitorIds);
  }

  observe(outcome: Outcome): { consequences: Consequence[]; wantsConfirmation: boolean } {
    const observations = this.observers.map((observer) => observer.observe(outcome));
    return {
      consequences: observations.flatMap(({ consequence }) => consequence ?? []),
      wantsConfirmation: observations.some(({ wantsConfirmation }) => wantsConfirmation),
    };
  }
}
