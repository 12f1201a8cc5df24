import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MaintenanceWindowMonitor } from './maintenance-window-monitor.entity.js';
import { MaintenanceWindow } from './maintenance-window.entity.js';
import { ChecksModule } from '../checks/checks.module.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { ActiveWindows } from './active-windows.js';
import { MaintenanceWindowsController } from './maintenance-windows.controller.js';
import { MaintenanceWindowsRepository } from './maintenance-windows.repository.js';
import { MaintenanceWindowsService } from './maintenance-windows.service.js';
import { WindowReferences } from './window-references.js';
import { WindowWriter } from './window-writer.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([MaintenanceWindow, MaintenanceWindowMonitor]),
    ChecksModule,
    MonitorsModule,
  ],
  controllers: [MaintenanceWindowsController],
  providers: [
    MaintenanceWindowsRepository,
    MaintenanceWindowsService,
    WindowWriter,
    WindowReferences,
    ActiveWindows,
  ],
})
export class MaintenanceModule {}
