import { Module } from '@nestjs/common';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { CheckWorkerModule } from './worker/check-worker.module.js';
import { ChecksService } from './checks.service.js';
import { ChecksController } from './checks.controller.js';
import { LatestChecks } from './latest-checks.js';
import { MetricsService } from './metrics.service.js';
import { RecentChecks } from './recent-checks.js';

@Module({
  imports: [MonitorsModule, CheckWorkerModule],
  controllers: [ChecksController],
  providers: [ChecksService, LatestChecks, MetricsService, RecentChecks],
  exports: [CheckWorkerModule, LatestChecks, RecentChecks],
})
export class ChecksModule {}
