import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryRunner } from 'typeorm';
import { DatabaseLogger } from '../src/database/database-logger.js';
import type { Transactions } from '../src/database/transactions.js';

const BEGINS = /^\s*(BEGIN|START|SET)\b/i;
const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i;

/**
 * Watches every statement, and notes those that write outside a transaction, and those that what runs in one
 * executes beside it: they need another connection, and do not see what it wrote.
 */
export class StatementWatch extends DatabaseLogger {
  readonly autocommits: string[] = [];
  readonly strays: string[] = [];
  private readonly inside = new AsyncLocalStorage<{ isOpen: boolean }>();
  count = 0;
  private isOn = false;

  /** From here on. Before it the schema is made. */
  start(): void {
    this.isOn = true;
  }

  override logQuery(query?: string, _values?: unknown[], runner?: QueryRunner): void {
    if (!this.isOn || query === undefined) return;
    this.count += 1;
    if (runner?.isTransactionActive) return;
    if (WRITES.test(query)) this.autocommits.push(query);
    if (this.inside.getStore()?.isOpen && !BEGINS.test(query)) this.strays.push(query);
  }

  /** Watches what runs in `transactions`. */
  watch(transactions: Transactions): void {
    const run = transactions.run.bind(transactions);
    transactions.run = (work) =>
      run((tx) => {
        const state = { isOpen: true };
        return this.inside.run(state, () => work(tx)).finally(() => (state.isOpen = false));
      });
  }
}
