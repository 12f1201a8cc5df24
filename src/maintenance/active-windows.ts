import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CheckResultObservers } from '../checks/result/check-result-observers.js';
import { Clock } from '../common/clock.js';
import { MaintenanceCalendar } from './maintenance-calendar.js';
import { MaintenanceWindowsRepository } from './maintenance-windows.repository.js';

/** The windows of all teams that are not past in memory, in a process that makes checks: about a second behind the database. */
@Injectable()
export class ActiveWindows implements OnModuleInit {
  private readonly calendar = new MaintenanceCalendar();

  constructor(
    private readonly windows: MaintenanceWindowsRepository,
    private readonly observers: CheckResultObservers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.observers.follow('maintenance-window', async (ids) => {
      const now = this.clock.now();
      if (ids) this.calendar.apply(ids, await this.windows.findAllAhead(now, [...ids]));
      else this.calendar.replace(await this.windows.findAllAhead(now));
    });
    this.observers.setMaintenanceLookup((monitorId, at) => this.calendar.isInMaintenance(monitorId, at));
  }
}
