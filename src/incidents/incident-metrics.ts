import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';

/** How many incidents checks opened and ended in this process, for Prometheus. */
@Injectable()
export class IncidentMetrics {
  private readonly openings: Counter;
  private readonly recoveries: Counter;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.openings = new Counter({
      name: 'pulse_incidents_opened_total',
      help: 'Incidents that were opened, or opened again after they had recovered.',
      registers,
    });
    this.recoveries = new Counter({
      name: 'pulse_incidents_recovered_total',
      help: 'Incidents that were resolved because checks were good again.',
      registers,
    });
  }

  opened(): void {
    this.openings.inc();
  }

  recovered(): void {
    this.recoveries.inc();
  }
}
