import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MonitorState } from './monitor-state.entity.js';
import { Monitor } from './monitor.entity.js';
import { RemovedMonitor } from './removed-monitor.entity.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { MonitorEvents } from './monitor-events.js';
import { MonitorStatesRepository } from './monitor-states.repository.js';
import { MonitorsController } from './monitors.controller.js';
import { MonitorsRepository } from './monitors.repository.js';
import { MonitorsService } from './monitors.service.js';
import { SettingsReencryption } from './settings-reencryption.js';
import { PlanEnforcement } from './plan-enforcement.js';
import { TeamMonitors } from './team-monitors.js';

@Module({
  imports: [TypeOrmModule.forFeature([Monitor, MonitorState, RemovedMonitor]), ProjectsModule],
  controllers: [MonitorsController],
  providers: [
    MonitorsRepository,
    MonitorStatesRepository,
    MonitorsService,
    MonitorEvents,
    SettingsReencryption,
    PlanEnforcement,
    TeamMonitors,
  ],
  exports: [MonitorEvents, MonitorsRepository, MonitorStatesRepository, TeamMonitors],
})
export class MonitorsModule {}
