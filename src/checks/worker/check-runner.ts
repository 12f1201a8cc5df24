import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { CheckResultObservers } from '../result/check-result-observers.js';
import type { CheckResult, Verdict } from '../result/check-result.js';
import { type ProbeResult, Prober } from '../result/probe-result.js';
import { probeRequestOf } from '../prober/probe-request.js';
import { type Impairment, impairmentOf, verdictOf } from '../scheduler/impairment.js';
import type { StartedCheck } from '../scheduler/schedule.types.js';
import type { AssignedMonitor } from './assigned-monitors.js';
import { ProcessHealth } from './process-health.js';

/** A check that was made. */
export interface CompletedCheck {
  readonly result: CheckResult;
  readonly impairment: Impairment | null;
  /** Monotonic milliseconds. */
  readonly began: number;
  readonly ended: number;
}

/** Makes one check, and says what is to be concluded from it. */
@Injectable()
export class CheckRunner {
  private readonly logger = new Logger('Checks');

  constructor(
    private readonly prober: Prober,
    private readonly secrets: Secrets,
    private readonly health: ProcessHealth,
    private readonly observers: CheckResultObservers,
    private readonly clock: Clock,
  ) {}

  async run(
    start: StartedCheck,
    { monitor }: AssignedMonitor,
    isDatabaseFailing: () => boolean,
  ): Promise<CompletedCheck> {
    const startedAt = this.clock.now().getTime();
    const began = this.clock.monotonic();
    const probe = await this.find(monitor);
    const ailment = impairmentOf({
      loopDelays: [this.health.loopDelaySince(began), this.prober.delayMs()],
      lag: Math.max(0, startedAt - start.readyAt),
      interval: monitor.intervalSeconds * 1000,
      stoodStill: this.health.stoodStillSince(began),
      isDatabaseFailing: isDatabaseFailing(),
    });
    const verdict: Verdict = verdictOf(probe, ailment);
    const result: CheckResult = {
      monitorId: monitor.id,
      teamId: monitor.teamId,
      dueAt: start.dueAt,
      startedAt,
      trigger: start.trigger,
      verdict,
      inMaintenance: this.observers.isInMaintenance(monitor.id, startedAt),
      speaksForMs: monitor.active ? monitor.intervalSeconds * 1000 : 0,
      probe,
    };
    return { result, impairment: ailment, began, ended: this.clock.monotonic() };
  }

  private async find(monitor: AssignedMonitor['monitor']): Promise<ProbeResult> {
    try {
      return await this.prober.probe(
        probeRequestOf(monitor, (sealed, place) => this.secrets.decrypt(sealed, place)),
      );
    } catch (error) {
      this.logger.error(error);
      return internalError;
    }
  }
}

/** What is found where this program could not even try. */
const internalError: ProbeResult = {
  ok: false,
  error: 'protocol-error',
  detail: 'The check could not be made: the log of the server tells why.',
  isInternalError: true,
  statusCode: null,
  phases: { dns: null, connect: null, tls: null, firstByte: null, total: 0 },
  bodyBytes: 0,
  certificateExpiresAt: null,
  address: null,
  excerpt: null,
};
