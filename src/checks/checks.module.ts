import { Module } from '@nestjs/common';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { EngineModule } from './engine/engine.module.js';
import { ChecksService } from './history/checks.service.js';
import { HistoryController } from './history/history.controller.js';
import { LastReadings } from './history/last-readings.js';
import { MetricsService } from './history/metrics.service.js';
import { RecentChecks } from './recent-checks.js';

@Module({
  imports: [MonitorsModule, EngineModule],
  controllers: [HistoryController],
  providers: [ChecksService, LastReadings, MetricsService, RecentChecks],
  exports: [EngineModule, LastReadings, RecentChecks],
})
export class ChecksModule {}
