import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { MonitorEvents } from './monitor-events.js';
import { MonitorRoster } from './monitor-roster.js';
import { MonitorsController } from './monitors.controller.js';
import { MonitorsService } from './monitors.service.js';
import { SettingsReencryption } from './settings-reencryption.js';
import { PlanEnforcement } from './plan-enforcement.js';
import { TeamMonitors } from './team-monitors.js';

@Module({
  imports: [ProjectsModule],
  controllers: [MonitorsController],
  providers: [
    MonitorsService,
    MonitorEvents,
    MonitorRoster,
    SettingsReencryption,
    PlanEnforcement,
    TeamMonitors,
  ],
  exports: [MonitorEvents, MonitorRoster, TeamMonitors],
})
export class MonitorsModule {}
