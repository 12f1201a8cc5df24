import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../config/config.js';
import { ProcessRole } from '../../config/process-role.js';
import { Outbound } from '../../egress/outbound.js';
import { MonitorsModule } from '../../monitors/monitors.module.js';
import { ChecksRepository } from '../checks.repository.js';
import { CheckRollup } from '../result/check-rollup.entity.js';
import { Check } from '../result/check.entity.js';
import { CheckRequest } from './check-request.entity.js';
import { CheckRequestsRepository } from './check-requests.repository.js';
import { ShardLease, Worker } from './lease.entities.js';
import { ShardLeasesRepository } from './shard-leases.repository.js';
import { UptimeRefresh } from '../storage/uptime-refresh.js';
import { UptimeService } from '../uptime.service.js';
import { CheckResultObservers } from '../result/check-result-observers.js';
import { Prober } from '../result/probe-result.js';
import { startProber } from '../prober/start-prober.js';
import { concurrencyLimit } from '../scheduler/concurrency-limit.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { CheckRetentionRepository } from '../storage/check-retention.repository.js';
import { CheckStore } from '../storage/check-store.js';
import { MonitorRoundsRepository } from '../storage/monitor-rounds.repository.js';
import { StoredChecksRepository } from '../storage/stored-checks.repository.js';
import { MonitorState } from '../../monitors/monitor-state.entity.js';
import { CheckRetention } from '../storage/retention.js';
import { CheckEngine } from './check-engine.js';
import { CheckRunner } from './check-runner.js';
import { CheckEvaluator } from './check-evaluator.js';
import { Doubts } from './doubts.js';
import { CheckWorker } from './check-worker.js';
import { WorkerMetrics } from './worker-metrics.js';
import { ManualChecksController } from '../manual-checks.controller.js';
import { ManualChecksService } from '../manual-checks.service.js';
import { openFilesLimit } from './open-files.js';
import { ManualCheckQueue } from './manual-check-queue.js';
import { ShardLeases } from './shard-leases.js';
import { AssignedMonitors } from './assigned-monitors.js';
import { ProcessHealth } from './process-health.js';

/** So many checks of one host are in flight at most. */
const PER_HOST = 8;

/** What makes the checks. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Check, CheckRequest, CheckRollup, MonitorState, ShardLease, Worker]),
    MonitorsModule,
  ],
  controllers: [ManualChecksController],
  providers: [
    CheckResultObservers,
    CheckStore,
    CheckRetention,
    ChecksRepository,
    CheckRequestsRepository,
    ShardLeasesRepository,
    StoredChecksRepository,
    CheckRetentionRepository,
    MonitorRoundsRepository,
    UptimeService,
    UptimeRefresh,
    {
      provide: Scheduler,
      inject: [Config],
      useFactory: ({ probeConcurrency }: Config) =>
        new Scheduler({ total: concurrencyLimit(probeConcurrency, openFilesLimit()), perHost: PER_HOST }),
    },
    {
      provide: Prober,
      inject: [Config, ProcessRole, Outbound],
      useFactory: ({ probeThreads, dnsServers }: Config, { isWorker }: ProcessRole, outbound: Outbound) => {
        const prober = startProber(isWorker ? probeThreads : 0, { policy: outbound.policy, dnsServers });
        outbound.onPolicyChange((policy) => prober.setPolicy(policy));
        return prober;
      },
    },
    ShardLeases,
    AssignedMonitors,
    ManualCheckQueue,
    ProcessHealth,
    CheckRunner,
    Doubts,
    CheckEvaluator,
    WorkerMetrics,
    CheckEngine,
    CheckWorker,
    ManualChecksService,
  ],
  exports: [
    ChecksRepository,
    CheckResultObservers,
    CheckWorker,
    CheckEngine,
    ManualChecksService,
    UptimeService,
    AssignedMonitors,
  ],
})
export class CheckWorkerModule {}
