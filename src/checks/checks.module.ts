import { Module } from '@nestjs/common';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { EngineModule } from './engine/engine.module.js';
import { CheckCountsReader } from './history/check-counts.js';
import { ChecksService } from './history/checks.service.js';
import { HistoryController } from './history/history.controller.js';
import { LastReadings } from './history/last-readings.js';
import { MetricsService } from './history/metrics.service.js';
import { UptimeService } from './history/uptime.service.js';
import { RecentChecks } from './recent-checks.js';

@Module({
  imports: [MonitorsModule, EngineModule],
  controllers: [HistoryController],
  providers: [CheckCountsReader, ChecksService, LastReadings, MetricsService, RecentChecks, UptimeService],
  exports: [EngineModule, LastReadings, RecentChecks, UptimeService],
})
export class ChecksModule {}
