import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { OutcomeObservers } from '../result/check-result-observers.js';
import type { Outcome, Verdict } from '../result/check-result.js';
import { type Finding, Prober } from '../result/probe-result.js';
import { probeOf } from '../prober/probe-request.js';
import { type Ailment, ailmentOf, verdictOf } from '../scheduler/impairment.js';
import type { Start } from '../scheduler/schedule.types.js';
import type { Watched } from './assigned-monitors.js';
import { WorkerHealth } from './process-health.js';

/** A check that was made. */
export interface Ran {
  readonly outcome: Outcome;
  readonly ailment: Ailment | null;
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
    private readonly health: WorkerHealth,
    private readonly observers: OutcomeObservers,
    private readonly clock: Clock,
  ) {}

  async run(start: Start, { monitor }: Watched, isDatabaseFailing: () => boolean): Promise<Ran> {
    const startedAt = this.clock.now().getTime();
    const began = this.clock.monotonic();
    const finding = await this.find(monitor);
    const ailment = ailmentOf({
      loopDelays: [this.health.loopDelaySince(began), this.prober.delayMs()],
      lag: Math.max(0, startedAt - start.readyAt),
      interval: monitor.intervalSeconds * 1000,
      stoodStill: this.health.stoodStillSince(began),
      isDatabaseFailing: isDatabaseFailing(),
      isResolverFailing: false,
    });
    const verdict: Verdict = verdictOf(finding, ailment);
    const outcome: Outcome = {
      monitorId: monitor.id,
      teamId: monitor.teamId,
      dueAt: start.dueAt,
      startedAt,
      trigger: start.trigger,
      verdict,
      inMaintenance: this.observers.isInMaintenance(monitor.id, startedAt),
      speaksForMs: monitor.active ? monitor.intervalSeconds * 1000 : 0,
      finding,
    };
    return { outcome, ailment, began, ended: this.clock.monotonic() };
  }

  private async find(monitor: Watched['monitor']): Promise<Finding> {
    try {
      return await this.prober.probe(probeOf(monitor, (sealed, place) => this.secrets.open(sealed, place)));
    } catch (error) {
      this.logger.error(error);
      return ownTrouble;
    }
  }
}

/** What is found where this program could not even try. */
const ownTrouble: Finding = {
  ok: false,
  error: 'protocol-error',
  detail: 'The check could not be made: the log of the server tells why.',
  isOwnTrouble: true,
  statusCode: null,
  phases: { dns: null, connect: null, tls: null, firstByte: null, total: 0 },
  bodyBytes: 0,
  certificateExpiresAt: null,
  address: null,
  excerpt: null,
};
