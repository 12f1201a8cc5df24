import { Injectable } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { Reads } from '../database/reads.js';
import { monitorNotFound } from './monitors.problems.js';

/** Which monitors a team has, for features that are about them. */
@Injectable()
export class TeamMonitors {
  constructor(private readonly reads: Reads) {}

  /** Throws `NotFound` unless the caller's team has this monitor. */
  async require(by: Principal, id: string): Promise<void> {
    const found = await this.reads.query('SELECT 1 FROM monitors WHERE id = ? AND teamId = ?', [
      id,
      by.teamId,
    ]);
    if (found.length === 0) throw monitorNotFound(id);
  }
}
