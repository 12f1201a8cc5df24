import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AuditedTransactions } from '../audit/audited-transactions.js';
import { Clock } from '../common/clock.js';
import { newId } from '../common/id.js';
import { shardOf } from '../common/slot-grid.js';
import { Config } from '../config/config.js';
import { ChangeFeed } from '../database/change-feed.js';
import { RateLimited } from '../limits/limits.problems.js';
import { retryAfter, FixedWindow } from '../common/fixed-window.js';
import { MonitorsRepository } from '../monitors/monitors.repository.js';
import type { MonitorWithState } from '../monitors/monitor-states.js';
import { monitorNotFound } from '../monitors/monitors.problems.js';
import { TeamMonitors } from '../monitors/team-monitors.js';
import { CheckNotMade } from './checks.problems.js';
import type { CheckResult } from './result/check-result.js';
import { CheckEngine } from './worker/check-engine.js';
import { CheckRequestsRepository } from './worker/check-requests.repository.js';
import { ShardLeases } from './worker/shard-leases.js';
import { assignedMonitorOf } from './worker/assigned-monitors.js';

const PER_MINUTE = 10;
const MINUTE = 60;

/** How long an answer may take beyond the monitor's timeout: a second to hear of the request, and its turn. */
const PATIENCE_MS = 10_000;
const POLL_MS = 100;

const patienceFor = ({ timeoutSeconds }: MonitorWithState): number => timeoutSeconds * 1000 + PATIENCE_MS;

/** Checks made because somebody asked. */
@Injectable()
export class ManualChecksService {
  private readonly perMonitor = new FixedWindow(PER_MINUTE, MINUTE);

  constructor(
    private readonly config: Config,
    private readonly audited: AuditedTransactions,
    private readonly feed: ChangeFeed,
    private readonly requests: CheckRequestsRepository,
    private readonly monitors: TeamMonitors,
    private readonly monitorsRepository: MonitorsRepository,
    private readonly leases: ShardLeases,
    private readonly engine: CheckEngine,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a check of a monitor now, paused or not, and stores it. The process that holds the monitor's shard
   * makes it, whichever was asked. Throws `NotFound`, `RateLimited` and `CheckNotMade`.
   */
  async run(by: Principal, monitorId: string): Promise<CheckResult> {
    await this.monitors.require(by, monitorId);
    const [monitor] = await this.monitorsRepository.findByIds([monitorId]);
    if (!monitor) throw monitorNotFound(monitorId);
    await this.count(monitorId);
    const result = this.leases.holds(shardOf(monitorId))
      ? await this.runHere(by, monitor)
      : await this.runElsewhere(by, monitor);
    if (!result) throw new CheckNotMade('No process made the check in time.', { retryAfter: 5 });
    return result;
  }

  private async runHere(by: Principal, monitor: MonitorWithState): Promise<CheckResult | null> {
    await this.record(by, monitor, null);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, patienceFor(monitor), null);
    });
    const result = await Promise.race([this.engine.request(assignedMonitorOf(monitor)), deadline]);
    clearTimeout(timer);
    return result;
  }

  private async runElsewhere(by: Principal, monitor: MonitorWithState): Promise<CheckResult | null> {
    const requestId = newId('chr');
    await this.record(by, monitor, requestId);
    const deadline = this.clock.monotonic() + patienceFor(monitor);
    while (this.clock.monotonic() < deadline) {
      const answer = await this.requests.findAnswer(requestId);
      if (answer) return JSON.parse(answer) as CheckResult;
      await wait(POLL_MS);
    }
    return null;
  }

  /** Notes who asked, and with `requestId` asks other processes. */
  private record(by: Principal, { id, name }: MonitorWithState, requestId: string | null): Promise<void> {
    return this.audited.runBefore(by, async (tx) => {
      await this.monitors.requireWithin(tx, id);
      tx.record('monitor.check-requested', { type: 'monitor', id, name });
      if (requestId === null) return;
      const requestedAt = tx.at.getTime();
      await this.requests.insert(tx, { id: requestId, monitorId: id, requestedAt, answer: null });
      await this.feed.publish(tx, 'check-request', [requestId]);
    });
  }

  private async count(monitorId: string): Promise<void> {
    if (this.config.rateLimit === 'off') return;
    const state = await this.perMonitor.count(monitorId);
    if (!state.exceeded) return;
    const seconds = retryAfter(state);
    throw new RateLimited(
      `The limit of ${PER_MINUTE} checks by hand a minute for this monitor is reached; wait ${seconds} s.`,
      { retryAfter: seconds },
    );
  }
}
