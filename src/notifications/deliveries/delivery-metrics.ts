import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../../metrics/metrics.js';
import { DeliveryStatistics } from './delivery-statistics.js';

/** How the sending goes, for Prometheus. */
@Injectable()
export class DeliveryMetrics {
  constructor({ registry }: Metrics, statistics: DeliveryStatistics) {
    const registers = [registry];
    const attempts: Counter<'outcome'> = new Counter({
      name: 'pulse_delivery_attempts_total',
      help: 'Attempts to deliver a message, by what came of them: delivered, retried later, or given up.',
      labelNames: ['outcome'],
      registers,
      collect: () => {
        attempts.reset();
        for (const [outcome, count] of Object.entries(statistics.attempts))
          attempts.labels(outcome).inc(count);
      },
    });
    const overdue: Gauge = new Gauge({
      name: 'pulse_delivery_overdue_seconds',
      help: 'For how long the message that has waited longest could have been sent.',
      registers,
      // The other metrics are wanted most of all while the database is away.
      collect: async () =>
        overdue.set(
          await statistics.overdueMs().then(
            (ms) => ms / 1000,
            () => Number.NaN,
          ),
        ),
    });
  }
}
