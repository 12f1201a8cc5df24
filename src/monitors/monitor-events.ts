import { Injectable } from '@nestjs/common';
import type { AuditedTransaction } from '../audit/audited-transactions.js';

type OnRemoved = (tx: AuditedTransaction, teamId: string, monitorId: string) => Promise<void>;

/**
 * What features above do before a monitor is deleted, in the same transaction, which holds the row of the team.
 * They register at module init.
 */
@Injectable()
export class MonitorEvents {
  private readonly removed: OnRemoved[] = [];

  onRemoved(listener: OnRemoved): void {
    this.removed.push(listener);
  }

  async announceRemoved(tx: AuditedTransaction, teamId: string, monitorId: string): Promise<void> {
    for (const listener of this.removed) await listener(tx, teamId, monitorId);
  }
}
