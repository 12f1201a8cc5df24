import { DAY, HOUR, MINUTE, type Resolution } from './storage/rollup.js';
import { startOf } from './result/rollup-ranges.js';

export const metricPeriods = ['24h', '7d', '30d', '90d'] as const;
export type MetricPeriod = (typeof metricPeriods)[number];

/** How long a period is, how long its buckets are, and which rollups they are made of. In seconds. */
interface Shape {
  readonly span: number;
  readonly bucket: number;
  readonly resolution: Resolution;
}

const shapes: Readonly<Record<MetricPeriod, Shape>> = {
  '24h': { span: DAY, bucket: 15 * MINUTE, resolution: MINUTE },
  '7d': { span: 7 * DAY, bucket: HOUR, resolution: HOUR },
  '30d': { span: 30 * DAY, bucket: 6 * HOUR, resolution: HOUR },
  '90d': { span: 90 * DAY, bucket: DAY, resolution: DAY },
};

/** Some whole buckets, the last of which `now` is in. Epoch milliseconds. */
export interface MetricRange extends Shape {
  readonly from: number;
  readonly to: number;
}

export function rangeOf(period: MetricPeriod, now: number): MetricRange {
  const shape = shapes[period];
  const to = startOf(shape.bucket, now) + shape.bucket * 1000;
  return { ...shape, from: to - shape.span * 1000, to };
}
