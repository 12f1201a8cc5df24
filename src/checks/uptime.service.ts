import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Clock } from '../common/clock.js';
import { TeamMonitors } from '../monitors/team-monitors.js';
import { ChecksRepository, type CountedTime } from './checks.repository.js';
import { DAY } from './storage/rollup.js';
import { rangesCovering, startOf } from './result/rollup-ranges.js';
import {
  windowStart,
  conclusiveChecks,
  noChecks,
  uptimePercent,
  type UptimeWindow,
  uptimeWindows,
} from './result/uptime.js';
import { UptimeDto, UptimeWindowDto } from './uptime.dto.js';

/** How much of some time a monitor was up. */
export interface Uptime {
  /** Time up in percent of the time observed. To the thousandth, never rounded up; null where none was observed. */
  readonly percent: number | null;
  /** How many checks there were: those that were good or failed, outside of maintenance. */
  readonly checks: number;
}

/** Tells how much of the time monitors were up, from the rollups of their checks. */
@Injectable()
export class UptimeService {
  constructor(
    private readonly checks: ChecksRepository,
    private readonly monitors: TeamMonitors,
    private readonly clock: Clock,
  ) {}

  /** The uptime of a monitor over each window. */
  async get(by: Principal, monitorId: string): Promise<UptimeDto> {
    await this.monitors.require(by, monitorId);
    const now = this.clock.now().getTime();
    const counts = await this.checks.count(
      [monitorId],
      uptimeWindows.map((window) => countedTime(window, now)),
    );
    const windows = uptimeWindows.map((window, i) => [
      window,
      UptimeWindowDto.from(windowStart(window, now), counts[i]!.get(monitorId) ?? noChecks),
    ]);
    return Object.assign(new UptimeDto(), Object.fromEntries(windows));
  }

  /** The uptime of each of the monitors over one window, in one query, whatever team they are of. */
  async uptimeOf(monitorIds: readonly string[], window: UptimeWindow): Promise<Map<string, Uptime>> {
    const [counted] = await this.checks.count(monitorIds, [countedTime(window, this.clock.now().getTime())]);
    return new Map(
      monitorIds.map((id) => {
        const counts = counted!.get(id) ?? noChecks;
        return [id, { percent: uptimePercent(counts), checks: conclusiveChecks(counts) }];
      }),
    );
  }
}

/** A window, and its rollups. The one of today ends it: what is later than now has not happened yet. */
function countedTime(window: UptimeWindow, now: number): CountedTime {
  const from = windowStart(window, now);
  return { from, now, stretches: rangesCovering(from, startOf(DAY, now) + DAY * 1000) };
}
