import { Module } from '@nestjs/common';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { CurrentWindows } from './current-windows.js';
import { MaintenanceWindowsController } from './maintenance-windows.controller.js';
import { MaintenanceWindowsService } from './maintenance-windows.service.js';
import { WindowStore } from './window-store.js';
import { WindowUpkeep } from './window-upkeep.js';

@Module({
  imports: [ChecksModule, MonitorsModule],
  controllers: [MaintenanceWindowsController],
  providers: [MaintenanceWindowsService, WindowStore, WindowUpkeep, CurrentWindows],
})
export class MaintenanceModule {}
