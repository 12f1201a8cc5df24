import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { ChecksRepository } from './checks.repository.js';
import type { RuleInput } from './result/rule-input.js';
import { UptimeService } from './uptime.service.js';
import type { UptimeWindow } from './result/uptime.js';

/** How many monitors one statement is about. */
const BATCH = 500;

/** Tells what the last checks of monitors found. */
@Injectable()
export class LatestChecks {
  constructor(
    private readonly checks: ChecksRepository,
    private readonly uptimes: UptimeService,
    private readonly clock: Clock,
  ) {}

  /** Of those of the monitors that were checked, whatever team they are of; with the uptime over `window`, if one is named. */
  async of(monitorIds: readonly string[], window: UptimeWindow | null): Promise<Map<string, RuleInput>> {
    const readings = new Map<string, RuleInput>();
    for (let i = 0; i < monitorIds.length; i += BATCH) {
      const ids = monitorIds.slice(i, i + BATCH);
      const rows = await this.checks.findLatest(ids);
      const uptimes = window && (await this.uptimes.uptimeOf(ids, window));
      const at = this.clock.now().getTime();
      for (const { monitorId, totalUs, certificateExpiresAt, verdict, error, statusCode } of rows)
        readings.set(monitorId, {
          at,
          verdict,
          error,
          statusCode,
          total: totalUs,
          certificateExpiresAt,
          uptime: window ? { [window]: uptimes!.get(monitorId)! } : {},
        });
    }
    return readings;
  }
}
