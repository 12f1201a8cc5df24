import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { inList } from '../database/in-list.js';
import { SqlReader } from '../database/sql-reader.js';
import type { Verdict } from './result/check-result.js';
import type { CheckError } from './result/probe-result.js';
import type { RuleInput } from './result/rule-input.js';
import { UptimeService } from './uptime.service.js';
import type { UptimeWindow } from './result/uptime.js';

interface Row {
  readonly monitorId: string;
  readonly verdict: Verdict;
  readonly error: CheckError | null;
  readonly statusCode: number | null;
  readonly totalUs: number;
  /** MySQL gives 64-bit numbers as text where they are large. */
  readonly certificateExpiresAt: unknown;
}

/** How many monitors one statement is about. */
const BATCH = 500;

/** Tells what the last checks of monitors found. */
@Injectable()
export class LatestChecks {
  constructor(
    private readonly reads: SqlReader,
    private readonly uptimes: UptimeService,
    private readonly clock: Clock,
  ) {}

  /** Of those of the monitors that were checked, whatever team they are of; with the uptime over `window`, if one is named. */
  async of(monitorIds: readonly string[], window: UptimeWindow | null): Promise<Map<string, RuleInput>> {
    const readings = new Map<string, RuleInput>();
    for (let i = 0; i < monitorIds.length; i += BATCH) {
      const ids = monitorIds.slice(i, i + BATCH);
      const rows = await this.lastChecks(ids);
      const uptimes = window && (await this.uptimes.uptimeOf(ids, window));
      const at = this.clock.now().getTime();
      for (const { monitorId, totalUs, certificateExpiresAt, verdict, error, statusCode } of rows)
        readings.set(monitorId, {
          at,
          verdict,
          error,
          statusCode,
          total: totalUs,
          certificateExpiresAt: certificateExpiresAt === null ? null : Number(certificateExpiresAt),
          uptime: window ? { [window]: uptimes!.get(monitorId)! } : {},
        });
    }
    return readings;
  }

  /** Each monitor's last check is found by itself: to group by monitor would read all checks of all of them. */
  private lastChecks(ids: readonly string[]): Promise<Row[]> {
    const { marks, bound } = inList(ids);
    return this.reads.query<Row>(
      `SELECT c.monitorId, c.verdict, c.error, c.statusCode, c.totalUs, l.certificateExpiresAt
         FROM (SELECT s.certificateExpiresAt,
                      (SELECT k.seq FROM checks k WHERE k.monitorId = s.monitorId
                        ORDER BY k.dueAt DESC LIMIT 1) AS seq
                 FROM monitor_states s WHERE s.monitorId IN (${marks})) l
         JOIN checks c ON c.seq = l.seq`,
      bound,
    );
  }
}
