import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { MonitorEvents } from './monitor-events.js';
import { MonitorRoster } from './monitor-roster.js';
import { MonitorsController } from './monitors.controller.js';
import { MonitorsService } from './monitors.service.js';
import { SettingRotation } from './setting-rotation.js';
import { SystemEdits } from './system-edits.js';
import { TeamMonitors } from './team-monitors.js';

@Module({
  imports: [ProjectsModule],
  controllers: [MonitorsController],
  providers: [MonitorsService, MonitorEvents, MonitorRoster, SettingRotation, SystemEdits, TeamMonitors],
  exports: [MonitorEvents, MonitorRoster, TeamMonitors],
})
export class MonitorsModule {}
