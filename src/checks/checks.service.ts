import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { Condition } from '../database/condition.js';
import { type Page, Pages } from '../http/pages.js';
import type { Listing } from '../http/listing.js';
import { TeamMonitors } from '../monitors/team-monitors.js';
import { Check } from './result/check.entity.js';
import { CheckDto } from './check.dto.js';
import type { ListChecksDto } from './list-checks.dto.js';

/** Reads the checks that were made. Nothing here makes or stores one. */
@Injectable()
export class ChecksService {
  constructor(
    private readonly pages: Pages,
    private readonly monitors: TeamMonitors,
  ) {}

  /** The checks of a monitor, newest first. */
  async list(by: Principal, monitorId: string, query: ListChecksDto): Promise<Page<CheckDto>> {
    await this.monitors.require(by, monitorId);
    return this.pages.read(by, checkListing(monitorId, query), query, CheckDto.from);
  }
}

/**
 * The index that leaves the fewest rows to go through. What is not scheduled is rare, and so are failures;
 * left to choose, SQLite goes through half a million checks in search of a few.
 */
function indexFor({ ok, trigger }: ListChecksDto): string {
  if (trigger !== undefined && (trigger !== 'scheduled' || ok === undefined)) return 'checks_monitorId_cause';
  return ok === undefined ? 'checks_monitorId_dueAt' : 'checks_monitorId_ok';
}

function checkListing(monitorId: string, query: ListChecksDto): Listing<Check> {
  const { ok, trigger, from, to } = query;
  const index = indexFor(query);
  const conditions: Condition[] = [['t.monitorId = ?', monitorId]];
  const filters: Condition[] = [];
  if (ok !== undefined)
    (index === 'checks_monitorId_ok' ? conditions : filters).push(['t.ok = ?', ok ? 1 : 0]);
  if (trigger !== undefined)
    (index === 'checks_monitorId_cause' ? conditions : filters).push(['t.cause = ?', trigger]);
  if (from !== undefined) conditions.push(['t.dueAt >= ?', Date.parse(from)]);
  if (to !== undefined) conditions.push(['t.dueAt < ?', Date.parse(to)]);
  return { entity: Check, index, conditions, filters, orderBy: ['dueAt'], descending: true };
}
