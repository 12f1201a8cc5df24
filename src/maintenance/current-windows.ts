import { Injectable } from '@nestjs/common';
import { MaintenanceCalendar } from './maintenance-calendar.js';
import { WindowStore } from './window-store.js';

/** The windows of all teams that are not past in memory. They are as of the last `load` or `refresh`, which the engine calls. */
@Injectable()
export class CurrentWindows {
  private readonly calendar = new MaintenanceCalendar();

  constructor(private readonly store: WindowStore) {}

  /** Reads everything anew. */
  async load(): Promise<void> {
    this.calendar.replace(await this.store.allAhead());
  }

  /** Reads anew what the change feed tells of under `maintenance-window`. */
  async refresh(ids: ReadonlySet<string>): Promise<void> {
    this.calendar.apply(ids, await this.store.allAhead([...ids]));
  }

  /** See `MaintenanceCalendar.isInMaintenance`. */
  isInMaintenance(monitorId: string, at: number): boolean {
    return this.calendar.isInMaintenance(monitorId, at);
  }
}
