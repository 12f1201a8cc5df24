import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { ProcessRole } from '../../config/process-role.js';
import { Outbound } from '../../egress/outbound.js';
import { MonitorsModule } from '../../monitors/monitors.module.js';
import { CheckCountsReader } from '../history/check-counts.js';
import { UptimeRefresh } from '../history/uptime-refresh.js';
import { UptimeService } from '../history/uptime.service.js';
import { OutcomeObservers } from '../outcome-observers.js';
import { Prober } from '../probe.js';
import { startProber } from '../prober/start-prober.js';
import { checksInFlight } from '../schedule/capacity.js';
import { Scheduler } from '../schedule/scheduler.js';
import { CheckStore } from '../store/check-store.js';
import { CheckRetention } from '../store/retention.js';
import { CheckEngine } from './check-engine.js';
import { CheckRunner } from './check-runner.js';
import { Conclusions } from './conclusions.js';
import { Doubts } from './doubts.js';
import { EngineLoop } from './engine-loop.js';
import { EngineMetrics } from './engine-metrics.js';
import { ManualChecksController } from './manual-checks.controller.js';
import { ManualChecksService } from './manual-checks.service.js';
import { openFilesLimit } from './open-files.js';
import { RequestedChecks } from './requested-checks.js';
import { ShardLeases } from './shard-leases.js';
import { Watchlist } from './watchlist.js';
import { WorkerHealth } from './worker-health.js';

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
