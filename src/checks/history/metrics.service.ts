import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { Clock } from '../../common/clock.js';
import { Reads } from '../../database/reads.js';
import { TeamMonitors } from '../../monitors/team-monitors.js';
import { CheckRollup } from '../check-rollup.entity.js';
import { LatencySum } from './latency-sum.js';
import { type MetricRange, rangeOf } from './metric-periods.js';
import { type GetMetricsDto, MetricsDto } from './metrics.dto.js';

/** Tells how quick monitors were, from the rollups of their checks. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly reads: Reads,
    private readonly monitors: TeamMonitors,
    private readonly clock: Clock,
  ) {}

  async get(by: Principal, monitorId: string, { period = '24h' }: GetMetricsDto): Promise<MetricsDto> {
    await this.monitors.require(by, monitorId);
    const range = rangeOf(period, this.clock.now().getTime());
    const totals = new LatencySum();
    const buckets = Array.from({ length: range.span / range.bucket }, () => new LatencySum());
    for (const rollup of await this.rollupsOf(monitorId, range)) {
      totals.add(rollup);
      buckets[Math.floor((rollup.bucketStart - range.from) / range.bucket)]!.add(rollup);
    }
    return MetricsDto.from(
      period,
      range,
      totals.figures,
      buckets.map(({ figures }) => figures),
    );
  }

  private rollupsOf(monitorId: string, { rollup, from, to }: MetricRange): Promise<CheckRollup[]> {
    return this.reads.select(CheckRollup, {
      where: 't.monitorId = ? AND t.resolution = ? AND t.bucketStart >= ? AND t.bucketStart < ?',
      values: [monitorId, rollup / 1000, from, to],
    });
  }
}
