import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { type MonitorVerdict, monitorVerdicts } from '../../monitors/monitor-state.entity.js';
import { Metrics } from '../../metrics/metrics.js';
import type { CheckResult } from '../result/check-result.js';
import type { Impairment } from '../scheduler/impairment.js';

/** What is asked of the engine when Prometheus reads. */
interface Readings {
  inFlight(): number;
  waiting(): number;
  watched(): Iterable<{ readonly state: { readonly verdict: MonitorVerdict } }>;
  unstored(): number;
  /** Milliseconds. */
  probeDelay(): number;
}

/** How well the engine keeps up, for Prometheus. */
@Injectable()
export class WorkerMetrics {
  private readonly registers;
  private readonly lag;
  private readonly skips;
  private readonly checks;
  private readonly flushes;
  private readonly ailments;

  constructor({ registry }: Metrics) {
    this.registers = [registry];
    const { registers } = this;
    this.lag = new Histogram({
      name: 'pulse_check_lag_seconds',
      help: 'From when a check was due to its start.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
      registers,
    });
    this.skips = new Counter({
      name: 'pulse_checks_skipped_total',
      help: 'Checks that were due and were not made.',
      registers,
    });
    this.checks = new Counter({
      name: 'pulse_checks_total',
      help: 'Checks that were made, by what was concluded and what made them happen.',
      labelNames: ['verdict', 'trigger'],
      registers,
    });
    this.flushes = new Histogram({
      name: 'pulse_check_flush_seconds',
      help: 'Time to store a batch of results.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.ailments = new Counter({
      name: 'pulse_checks_void_total',
      help: 'Bad checks from which nothing was concluded, by what was wrong with this process.',
      labelNames: ['ailment'],
      registers,
    });
  }

  observe(readings: Readings): void {
    this.gauge('pulse_checks_in_flight', 'Checks that are being made.', readings.inFlight);
    this.gauge('pulse_checks_waiting', 'Checks that are due and held back.', readings.waiting);
    this.monitors(readings.watched);
    this.gauge('pulse_checks_unstored', 'Results that wait to be stored.', readings.unstored);
    this.gauge(
      'pulse_probe_delay_seconds',
      'How late the event loops that make checks are: the 99th percentile of the last seconds, of the latest.',
      () => readings.probeDelay() / 1000,
    );
  }

  began(lagMs: number): void {
    this.lag.observe(lagMs / 1000);
  }

  skipped(count: number): void {
    this.skips.inc(count);
  }

  concluded({ verdict, trigger }: CheckResult, ailment: Impairment | 'mass-failure' | null): void {
    this.checks.labels(verdict, trigger).inc();
    if (verdict === 'inconclusive') this.ailments.labels(ailment ?? 'own-trouble').inc();
  }

  flushed(seconds: number): void {
    this.flushes.observe(seconds);
  }

  private monitors(watched: Readings['watched']): void {
    const counts = (): Map<MonitorVerdict, number> => {
      const count = new Map(monitorVerdicts.map((verdict) => [verdict, 0]));
      for (const { state } of watched()) count.set(state.verdict, count.get(state.verdict)! + 1);
      return count;
    };
    this.gauge('pulse_monitors_watched', 'Active monitors that this process checks.', () =>
      [...counts().values()].reduce((sum, count) => sum + count),
    );
    this.gauge(
      'pulse_blind',
      'Whether there are monitors that this process checks and cannot tell the status of: 1 or 0.',
      () => Math.min(1, counts().get('unknown')!),
    );
    const byStatus: Gauge = new Gauge({
      name: 'pulse_monitors',
      help: 'Active monitors that this process checks, by status.',
      labelNames: ['status'],
      registers: this.registers,
      collect: () => {
        for (const [status, count] of counts()) byStatus.labels(status).set(count);
      },
    });
  }

  private gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: this.registers,
      collect: () => gauge.set(read()),
    });
  }
}
