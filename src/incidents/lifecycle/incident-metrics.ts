import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '../../metrics/metrics.js';

/** How many incidents checks opened and ended in this process, for Prometheus. */
@Injectable()
export class IncidentMetrics {
  private readonly openings: Counter;
  private readonly reopenings: Counter;
  private readonly recoveries: Counter;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.openings = new Counter({
      name: 'pulse_incidents_opened_total',
      help: 'Incidents that were opened, or opened again after they had recovered.',
      registers,
    });
    this.reopenings = new Counter({
      name: 'pulse_incidents_reopened_total',
      help: 'Incidents that failed again within a cooldown of being over: the rest of those opened are new.',
      registers,
    });
    this.recoveries = new Counter({
      name: 'pulse_incidents_recovered_total',
      help: 'Incidents that were resolved because checks were good again.',
      registers,
    });
  }

  opened({ isNew }: { readonly isNew: boolean }): void {
    this.openings.inc();
    if (!isNew) this.reopenings.inc();
  }

  recovered(): void {
    this.recoveries.inc();
  }
}
