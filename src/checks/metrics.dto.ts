import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../http/fields.js';
import type { LatencyFigures } from './latency-figures.js';
import { type MetricPeriod, metricPeriods, type MetricRange } from './metric-periods.js';
import { millisecondsOrNull } from './result/milliseconds.js';

export class GetMetricsDto {
  /** How far back. */
  @ApiProperty({ enum: metricPeriods, required: false, default: '24h' })
  @Optional()
  @IsIn(metricPeriods)
  period?: MetricPeriod;
}

/**
 * What the checks of some time come to. Times are in milliseconds, of the checks that got a response, and
 * null where there is none. Percentiles are up to 8 % off.
 */
export class MetricsFiguresDto {
  /**
   * Checks that were good or failed. Inconclusive ones and those of maintenance windows are left out.
   * @example 15
   */
  @ApiProperty({ type: 'integer' })
  count: number;
  /**
   * How many of them failed.
   * @example 1
   */
  @ApiProperty({ type: 'integer' })
  failures: number;
  /**
   * The mean.
   * @example 131.207
   */
  @ApiProperty({ type: Number, nullable: true })
  avg: number | null;
  /**
   * The time that half of the checks did not exceed.
   * @example 124.338
   */
  @ApiProperty({ type: Number, nullable: true })
  p50: number | null;
  /**
   * The time that 95 in 100 checks did not exceed.
   * @example 187.552
   */
  @ApiProperty({ type: Number, nullable: true })
  p95: number | null;
  /**
   * The time that 99 in 100 checks did not exceed.
   * @example 243.017
   */
  @ApiProperty({ type: Number, nullable: true })
  p99: number | null;

  static from({ count, failures, avg, p50, p95, p99 }: LatencyFigures): MetricsFiguresDto {
    return Object.assign(new MetricsFiguresDto(), {
      count,
      failures,
      avg: millisecondsOrNull(avg),
      p50: millisecondsOrNull(p50),
      p95: millisecondsOrNull(p95),
      p99: millisecondsOrNull(p99),
    });
  }
}

export class MetricsBucketDto extends MetricsFiguresDto {
  /**
   * When it begins.
   * @example "2026-11-19T17:00:00.000Z"
   */
  start: Date;
}

export class MetricsDto {
  @ApiProperty({ enum: metricPeriods })
  period: MetricPeriod;
  /**
   * How long a bucket is: 15 minutes of 24 hours, an hour of 7 days, 6 hours of 30 days, a day of 90 days.
   * @example 900
   */
  @ApiProperty({ type: 'integer' })
  bucketSeconds: number;
  /**
   * When the first bucket begins. Buckets begin with the quarter of the hour, the hour or the day, in UTC.
   * @example "2026-11-19T17:00:00.000Z"
   */
  from: Date;
  /**
   * When the last bucket ends, which is the one that is running.
   * @example "2026-11-20T17:00:00.000Z"
   */
  to: Date;
  /** What all buckets come to together. */
  totals: MetricsFiguresDto;
  /** All buckets of the period, oldest first, also those without checks. */
  buckets: MetricsBucketDto[];

  static from(
    period: MetricPeriod,
    { from, to, bucket }: MetricRange,
    totals: LatencyFigures,
    buckets: readonly LatencyFigures[],
  ): MetricsDto {
    return Object.assign(new MetricsDto(), {
      period,
      bucketSeconds: bucket,
      from: new Date(from),
      to: new Date(to),
      totals: MetricsFiguresDto.from(totals),
      buckets: buckets.map((figures, i) => ({
        start: new Date(from + i * bucket * 1000),
        ...MetricsFiguresDto.from(figures),
      })),
    });
  }
}
