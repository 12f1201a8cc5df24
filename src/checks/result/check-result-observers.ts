import { Injectable, Logger } from '@nestjs/common';
import type { FeedKind } from '../../database/change-feed.js';
import type { MonitorWithState } from '../../monitors/monitor-states.js';
import type {
  TransactionalEffect,
  ObserverDecision,
  CheckResult,
  CheckResultObserver,
} from './check-result.js';

/** Whether somebody has a maintenance window open for a monitor. Epoch milliseconds. */
type Calendar = (monitorId: string, at: number) => boolean;

/** Reads anew what was changed: the things of these ids, or everything with null. */
type Refresh = (ids: ReadonlySet<string> | null) => Promise<void>;

/** What features above make of outcomes. They register when the modules are initialised. */
@Injectable()
export class CheckResultObservers {
  private readonly logger = new Logger('Checks');
  private readonly observers: CheckResultObserver[] = [];
  private readonly refreshers: Array<{ kind: FeedKind; refresh: Refresh }> = [];
  private calendar: Calendar = () => false;

  register(observer: CheckResultObserver): void {
    this.observers.push(observer);
  }

  setMaintenanceLookup(calendar: Calendar): void {
    this.calendar = calendar;
  }

  /** Has `refresh` keep in step with what the change feed tells of `kind`. First it is called with null, before any monitor is adopted. */
  follow(kind: FeedKind, refresh: Refresh): void {
    this.refreshers.push({ kind, refresh });
  }

  async reload(): Promise<void> {
    for (const { refresh } of this.refreshers) await refresh(null);
  }

  async applyChanges(changed: ReadonlyMap<FeedKind, ReadonlySet<string>>): Promise<void> {
    for (const { kind, refresh } of this.refreshers) {
      const ids = changed.get(kind);
      if (ids) await refresh(ids);
    }
  }

  isInMaintenance(monitorId: string, at: number): boolean {
    return this.calendar(monitorId, at);
  }

  async onAssigned(monitors: readonly MonitorWithState[]): Promise<void> {
    for (const observer of this.observers) await observer.onAssigned(monitors);
  }

  onUnassigned(monitorIds: readonly string[]): void {
    for (const observer of this.observers) observer.onUnassigned(monitorIds);
  }

  /** What one makes of it: nothing where it fails, which must not cost the outcome. */
  private ask(observer: CheckResultObserver, result: CheckResult): ObserverDecision | null {
    try {
      return observer.observe(result);
    } catch (error) {
      this.logger.error(error);
      return null;
    }
  }

  observe(result: CheckResult): { effects: TransactionalEffect[]; wantsConfirmation: boolean } {
    const observations = this.observers.flatMap((observer) => this.ask(observer, result) ?? []);
    return {
      effects: observations.flatMap(({ effect }) => effect ?? []),
      wantsConfirmation: observations.some(({ wantsConfirmation }) => wantsConfirmation),
    };
  }
}
