import { Module } from '@nestjs/common';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { CurrentWindows } from './current-windows.js';
import { MaintenanceWindowsController } from './maintenance-windows.controller.js';
import { MaintenanceWindowsService } from './maintenance-windows.service.js';
import { WindowStore } from './window-store.js';
import { WindowUpkeep } from './window-upkeep.js';

@Module({
  imports: [MonitorsModule],
  controllers: [MaintenanceWindowsController],
  providers: [MaintenanceWindowsService, WindowStore, WindowUpkeep, CurrentWindows],
  exports: [CurrentWindows],
})
export class MaintenanceModule {}
