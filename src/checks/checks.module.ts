import { Module } from '@nestjs/common';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { EngineModule } from './worker/check-worker.module.js';
import { ChecksService } from './checks.service.js';
import { HistoryController } from './checks.controller.js';
import { LastReadings } from './latest-checks.js';
import { MetricsService } from './metrics.service.js';
import { RecentChecks } from './recent-checks.js';

@Module({
  imports: [MonitorsModule, EngineModule],
  controllers: [HistoryController],
  providers: [ChecksService, LastReadings, MetricsService, RecentChecks],
  exports: [EngineModule, LastReadings, RecentChecks],
})
export class ChecksModule {}
