import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { type Page, Pages } from '../http/pages.js';
import { TeamMonitors } from '../monitors/team-monitors.js';
import { ChecksRepository } from './checks.repository.js';
import { CheckDto } from './check.dto.js';
import type { ListChecksDto } from './list-checks.dto.js';

/** Reads the checks that were made. Nothing here makes or stores one. */
@Injectable()
export class ChecksService {
  constructor(
    private readonly checks: ChecksRepository,
    private readonly pages: Pages,
    private readonly monitors: TeamMonitors,
  ) {}

  /** The checks of a monitor, newest first. */
  async list(by: Principal, monitorId: string, query: ListChecksDto): Promise<Page<CheckDto>> {
    await this.monitors.require(by, monitorId);
    return this.pages.read(by, this.checks.listing(monitorId, query), query, CheckDto.from);
  }
}
