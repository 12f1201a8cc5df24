import { Injectable } from '@nestjs/common';
import { ChecksRepository } from './checks.repository.js';
import type { CheckResult } from './result/check-result.js';

interface Known {
  readonly id: string;
  readonly teamId: string;
}

/** How many monitors one statement asks of. */
const BATCH = 50;

/** Reads back the last checks of many monitors. */
@Injectable()
export class RecentChecks {
  constructor(private readonly checks: ChecksRepository) {}

  /** The last `count` checks of each of the monitors that has any, in the order they were due. */
  async of(monitors: readonly Known[], count: number): Promise<ReadonlyMap<string, CheckResult[]>> {
    const recent = new Map<string, CheckResult[]>();
    for (let i = 0; i < monitors.length; i += BATCH)
      for (const result of await this.checks.findRecent(monitors.slice(i, i + BATCH), count)) {
        const earlier = recent.get(result.monitorId);
        if (earlier) earlier.unshift(result);
        else recent.set(result.monitorId, [result]);
      }
    return recent;
  }
}
