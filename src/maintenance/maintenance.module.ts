import { Module } from '@nestjs/common';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { ActiveWindows } from './active-windows.js';
import { MaintenanceWindowsController } from './maintenance-windows.controller.js';
import { MaintenanceWindowsService } from './maintenance-windows.service.js';
import { WindowStore } from './window-store.js';
import { WindowReferences } from './window-references.js';

@Module({
  imports: [ChecksModule, MonitorsModule],
  controllers: [MaintenanceWindowsController],
  providers: [MaintenanceWindowsService, WindowStore, WindowReferences, ActiveWindows],
})
export class MaintenanceModule {}
