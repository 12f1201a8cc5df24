import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import { type Transaction, Transactions } from '../database/transactions.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** How many rows one transaction changes: requests wait for no more. */
const BATCH = 500;

/** Forgets answers to idempotent requests when their time is over, and a day after the request that there was one. */
@Injectable()
export class IdempotencyRetention implements OnModuleInit {
  constructor(
    private readonly retention: RetentionJobs,
    private readonly transactions: Transactions,
    private readonly records: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting answers to idempotent requests', () => this.purge());
  }

  private async purge(): Promise<void> {
    const now = this.clock.now();
    await this.inBatches((tx) => this.records.deleteExpired(tx, now, BATCH));
    await this.inBatches((tx) => this.records.deleteExpiredAnswers(tx, now, BATCH));
  }

  /** Repeats `forget`, which answers how many it found, until it finds no more than a part of a batch. */
  private async inBatches(forget: (tx: Transaction) => Promise<number>): Promise<void> {
    for (let found = BATCH; found === BATCH;) found = await this.transactions.run(forget);
  }
}
