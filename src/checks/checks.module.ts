import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CheckRollup } from './result/check-rollup.entity.js';
import { Check } from './result/check.entity.js';
import { CheckRequest } from './worker/check-request.entity.js';
import { ShardLease, Worker } from './worker/lease.entities.js';
import { MonitorsModule } from '../monitors/monitors.module.js';
import { CheckWorkerModule } from './worker/check-worker.module.js';
import { ChecksService } from './checks.service.js';
import { ChecksController } from './checks.controller.js';
import { LatestChecks } from './latest-checks.js';
import { MetricsService } from './metrics.service.js';
import { RecentChecks } from './recent-checks.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Check, CheckRequest, CheckRollup, ShardLease, Worker]),
    MonitorsModule,
    CheckWorkerModule,
  ],
  controllers: [ChecksController],
  providers: [ChecksService, LatestChecks, MetricsService, RecentChecks],
  exports: [CheckWorkerModule, LatestChecks, RecentChecks],
})
export class ChecksModule {}
