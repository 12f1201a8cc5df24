import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CheckResultObservers } from '../checks/result/check-result-observers.js';
import { MaintenanceCalendar } from './maintenance-calendar.js';
import { WindowStore } from './window-store.js';

/** The windows of all teams that are not past in memory, in a process that makes checks: about a second behind the database. */
@Injectable()
export class ActiveWindows implements OnModuleInit {
  private readonly calendar = new MaintenanceCalendar();

  constructor(
    private readonly store: WindowStore,
    private readonly observers: CheckResultObservers,
  ) {}

  onModuleInit(): void {
    this.observers.follow('maintenance-window', async (ids) => {
      if (ids) this.calendar.apply(ids, await this.store.allAhead([...ids]));
      else this.calendar.replace(await this.store.allAhead());
    });
    this.observers.setMaintenanceLookup((monitorId, at) => this.calendar.isInMaintenance(monitorId, at));
  }
}
