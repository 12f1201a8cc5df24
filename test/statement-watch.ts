import type { QueryRunner } from 'typeorm';
import { DatabaseLogger } from '../src/database/database-logger.js';

const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i;

/** Watches every statement, and notes those that write outside a transaction. */
export class StatementWatch extends DatabaseLogger {
  readonly autocommits: string[] = [];
  count = 0;
  private isOn = false;

  /** From here on. Before it the schema is made. */
  start(): void {
    this.isOn = true;
  }

  override logQuery(query?: string, _values?: unknown[], runner?: QueryRunner): void {
    if (!this.isOn || query === undefined) return;
    this.count += 1;
    if (WRITES.test(query) && !runner?.isTransactionActive) this.autocommits.push(query);
  }
}
