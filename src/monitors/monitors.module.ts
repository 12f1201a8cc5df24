import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { MonitorsController } from './monitors.controller.js';
import { MonitorsService } from './monitors.service.js';
import { SettingRotation } from './setting-rotation.js';
import { SystemEdits } from './system-edits.js';
import { TeamMonitors } from './team-monitors.js';

@Module({
  imports: [ProjectsModule],
  controllers: [MonitorsController],
  providers: [MonitorsService, SettingRotation, SystemEdits, TeamMonitors],
  exports: [TeamMonitors],
})
export class MonitorsModule {}
