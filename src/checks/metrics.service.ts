import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { TeamMonitors } from '../monitors/team-monitors.js';
import { ChecksRepository } from './checks.repository.js';
import { Rollup } from './storage/rollup.js';
import { figuresOf } from './latency-figures.js';
import { rangeOf } from './metric-periods.js';
import { type GetMetricsDto, MetricsDto } from './metrics.dto.js';

/** Tells how quick monitors were, from the rollups of their checks. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly checks: ChecksRepository,
    private readonly monitors: TeamMonitors,
    private readonly clock: Clock,
  ) {}

  async get(by: Principal, monitorId: string, { period = '24h' }: GetMetricsDto): Promise<MetricsDto> {
    await this.monitors.require(by, monitorId);
    const range = rangeOf(period, this.clock.now().getTime());
    const totals = new Rollup(monitorId, range.span, range.from);
    const buckets = Array.from(
      { length: range.span / range.bucket },
      (_, i) => new Rollup(monitorId, range.bucket, range.from + i * range.bucket * 1000),
    );
    for (const stored of await this.checks.findRollups(monitorId, range)) {
      totals.addStored(stored);
      buckets[Math.floor((stored.bucketStart - range.from) / range.bucket / 1000)]!.addStored(stored);
    }
    return MetricsDto.from(period, range, figuresOf(totals), buckets.map(figuresOf));
  }
}
