import { ApiProperty } from '@nestjs/swagger';
import { type CheckCounts, checksMade, percentage, uptimePercent } from './result/uptime.js';

/** How many checks there were. */
export class UptimeChecksDto {
  /**
   * Those that were made: the next four together.
   * @example 1437
   */
  @ApiProperty({ type: 'integer' })
  total: number;
  /** @example 1419 */
  @ApiProperty({ type: 'integer' })
  ok: number;
  /** @example 6 */
  @ApiProperty({ type: 'integer' })
  failed: number;
  /**
   * Failed while this server itself was unwell.
   * @example 2
   */
  @ApiProperty({ type: 'integer' })
  inconclusive: number;
  /**
   * Made in a maintenance window, whatever came of them.
   * @example 10
   */
  @ApiProperty({ type: 'integer' })
  maintenance: number;
  /**
   * Due and not made, as while this server was stopped.
   * @example 3
   */
  @ApiProperty({ type: 'integer' })
  skipped: number;
}

/** What a monitor's checks of some time up to now come to. */
export class UptimeWindowDto {
  /**
   * Where it begins: with a whole minute for 24 hours, with a whole hour for 7 and 30 days.
   * @example "2026-11-19T16:45:00.000Z"
   */
  from: Date;
  /**
   * `upSeconds` in percent of the time observed, which is `upSeconds` and `downSeconds` together; never rounded up,
   * and null where no time was observed.
   * @example 99.578
   */
  @ApiProperty({ type: Number, nullable: true })
  percent: number | null;
  /**
   * For how long the monitor was up: a good check speaks for the time until the next check, whatever made that
   * happen, and for one interval at most. The time of inconclusive checks, of maintenance windows and of pauses is
   * observed by nobody.
   * @example 85968.412
   */
  upSeconds: number;
  /**
   * For how long it was down, by failed checks, in the same way.
   * @example 364.2
   */
  downSeconds: number;
  /**
   * How much of the time that is known of: checks that were made in percent of those that were due, never
   * rounded up; null without any.
   * @example 99.791
   */
  @ApiProperty({ type: Number, nullable: true })
  coverage: number | null;
  checks: UptimeChecksDto;

  static from(from: number, counts: CheckCounts): UptimeWindowDto {
    const total = checksMade(counts);
    const { ok, failed, inconclusive, maintenance, skipped, upMs, downMs } = counts;
    return Object.assign(new UptimeWindowDto(), {
      from: new Date(from),
      percent: uptimePercent(counts),
      upSeconds: Math.round(upMs) / 1000,
      downSeconds: Math.round(downMs) / 1000,
      coverage: percentage(total, total + skipped),
      checks: { total, ok, failed, inconclusive, maintenance, skipped },
    });
  }
}

export class UptimeDto {
  /** The last 24 hours. */
  '24h': UptimeWindowDto;
  /** The last 7 days. */
  '7d': UptimeWindowDto;
  /** The last 30 days. */
  '30d': UptimeWindowDto;
}
