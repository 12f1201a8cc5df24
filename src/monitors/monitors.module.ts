import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { MonitorRoster } from './monitor-roster.js';
import { MonitorsController } from './monitors.controller.js';
import { MonitorsService } from './monitors.service.js';
import { SettingRotation } from './setting-rotation.js';
import { SystemEdits } from './system-edits.js';

@Module({
  imports: [ProjectsModule],
  controllers: [MonitorsController],
  providers: [MonitorsService, MonitorRoster, SettingRotation, SystemEdits],
  exports: [MonitorRoster],
})
export class MonitorsModule {}
