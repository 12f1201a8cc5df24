import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { ProcessRole } from '../../config/process-role.js';
import { Outbound } from '../../egress/outbound.js';
import { MonitorsModule } from '../../monitors/monitors.module.js';
import { CheckCountsReader } from '../check-counts.js';
import { UptimeRefresh } from '../storage/uptime-refresh.js';
import { UptimeService } from '../uptime.service.js';
import { OutcomeObservers } from '../result/check-result-observers.js';
import { Prober } from '../result/probe-result.js';
import { startProber } from '../prober/start-prober.js';
import { checksInFlight } from '../scheduler/concurrency-limit.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { CheckStore } from '../storage/check-store.js';
import { CheckRetention } from '../storage/retention.js';
import { CheckEngine } from './check-engine.js';
import { CheckRunner } from './check-runner.js';
import { Conclusions } from './check-evaluator.js';
import { Doubts } from './doubts.js';
import { EngineLoop } from './check-worker.js';
import { EngineMetrics } from './worker-metrics.js';
import { ManualChecksController } from '../manual-checks.controller.js';
import { ManualChecksService } from '../manual-checks.service.js';
import { openFilesLimit } from './open-files.js';
import { RequestedChecks } from './manual-check-queue.js';
import { ShardLeases } from './shard-leases.js';
import { Watchlist } from './assigned-monitors.js';
import { WorkerHealth } from './process-health.js';

/** So many checks of one host are in flight at most. */
const PER_HOST = 8;

/** What makes the checks. */
@Module({
  imports: [MonitorsModule],
  controllers: [ManualChecksController],
  providers: [
    OutcomeObservers,
    CheckStore,
    CheckRetention,
    CheckCountsReader,
    UptimeService,
    UptimeRefresh,
    {
      provide: Scheduler,
      inject: [Config],
      useFactory: ({ probeConcurrency }: Config) =>
        new Scheduler({ total: checksInFlight(probeConcurrency, openFilesLimit()), perHost: PER_HOST }),
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
    Watchlist,
    RequestedChecks,
    WorkerHealth,
    CheckRunner,
    Doubts,
    Conclusions,
    EngineMetrics,
    CheckEngine,
    EngineLoop,
    ManualChecksService,
  ],
  exports: [OutcomeObservers, EngineLoop, CheckEngine, ManualChecksService, UptimeService, Watchlist],
})
export class EngineModule {}
