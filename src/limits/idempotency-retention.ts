import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type FindOptionsWhere, In, LessThan } from 'typeorm';
import { Clock } from '../common/clock.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import { Transactions } from '../database/transactions.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import type { Transaction } from '../database/transactions.js';

type Where = FindOptionsWhere<IdempotencyRecord>;

/** How many rows one transaction changes: requests wait for no more. */
const BATCH = 500;

/** Forgets answers to idempotent requests when their time is over, and a day after the request that there was one. */
@Injectable()
export class IdempotencyRetention implements OnModuleInit {
  constructor(
    private readonly retention: RetentionJobs,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting answers to idempotent requests', () => this.purge());
  }

  private async purge(): Promise<void> {
    const over = LessThan(this.clock.now());
    await this.inBatches({ expiresAt: over }, ({ manager }, where) =>
      manager.delete(IdempotencyRecord, where),
    );
    await this.inBatches({ answerExpiresAt: over }, ({ manager }, where) =>
      manager.update(IdempotencyRecord, where, { answer: null, answerExpiresAt: null }),
    );
  }

  /** Does `work` with all records that fit `where`. It leaves none that still fits. */
  private async inBatches(
    where: Where,
    work: (tx: Transaction, where: Where) => Promise<unknown>,
  ): Promise<void> {
    for (let found = BATCH; found === BATCH;)
      found = await this.transactions.run(async (tx) => {
        const records = await tx.manager.find(IdempotencyRecord, {
          select: { digest: true },
          where,
          take: BATCH,
        });
        const digests = records.map(({ digest }) => digest);
        if (digests.length > 0) await work(tx, { ...where, digest: In(digests) });
        return digests.length;
      });
  }
}
