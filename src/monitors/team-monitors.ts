import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { AuditedTransaction } from '../audit/audited-transactions.js';
import { monitorNotFound } from './monitors.problems.js';
import { MonitorsRepository } from './monitors.repository.js';

/** Which monitors a caller reaches, for features that are about one of them. */
@Injectable()
export class TeamMonitors {
  constructor(private readonly monitors: MonitorsRepository) {}

  /** Throws `NotFound` unless the caller's team has this monitor, and the caller reaches it. */
  async require(by: Principal, id: string): Promise<void> {
    if (!(await this.monitors.isReached(by, id))) throw monitorNotFound(id);
  }

  /** The same within a change, of the caller as they are now. */
  async requireWithin(tx: AuditedTransaction<Principal>, id: string): Promise<void> {
    if (!(await this.monitors.isReachedIn(tx, tx.by, id))) throw monitorNotFound(id);
  }
}
