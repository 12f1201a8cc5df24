import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { MonitorDirectory } from './monitor-directory.js';
import { MonitorEvents } from './monitor-events.js';
import { MonitorsController } from './monitors.controller.js';
import { MonitorsService } from './monitors.service.js';
import { SettingRotation } from './setting-rotation.js';
import { SystemEdits } from './system-edits.js';

@Module({
  imports: [ProjectsModule],
  controllers: [MonitorsController],
  providers: [MonitorsService, MonitorDirectory, MonitorEvents, SettingRotation, SystemEdits],
  exports: [MonitorDirectory, MonitorEvents],
})
export class MonitorsModule {}
