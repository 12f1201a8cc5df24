import { Injectable, type OnModuleInit } from '@nestjs/common';
import { systemActor } from '../auth/principal.js';
import { MonitorEvents } from '../monitors/monitor-events.js';
import { MaintenanceWindowsRepository } from './maintenance-windows.repository.js';
import { WindowWriter } from './window-writer.js';

/** Takes monitors that are deleted from windows that are not past. A window for no monitor any more is ended. */
@Injectable()
export class WindowReferences implements OnModuleInit {
  constructor(
    private readonly windows: MaintenanceWindowsRepository,
    private readonly writer: WindowWriter,
    private readonly monitorEvents: MonitorEvents,
  ) {}

  onModuleInit(): void {
    this.monitorEvents.onRemoved(async (tx, teamId, monitorId) => {
      for (const window of await this.windows.lockAheadFor(tx, monitorId, tx.at)) {
        const monitorIds = window.monitorIds.filter((id) => id !== monitorId);
        const isEmpty = monitorIds.length === 0;
        const edited = {
          ...window,
          monitorIds,
          ...(isEmpty && { endedAt: tx.at, lastEndsAt: tx.at }),
        };
        const action = isEmpty ? 'maintenance-window.ended' : 'maintenance-window.updated';
        await this.writer.update(tx, window, edited, action, systemActor(teamId));
      }
    });
  }
}
