import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { RetentionJobs } from '../../database/retention-jobs.js';
import { Transactions } from '../../database/transactions.js';
import { DeliveriesRepository } from './deliveries.repository.js';

const KEPT_MS = 90 * 24 * 3_600_000;
const BATCH = 1_000;

/** Forgets deliveries 90 days after they were recorded, unless they are still to be sent. */
@Injectable()
export class DeliveryRetention implements OnModuleInit {
  constructor(
    private readonly retention: RetentionJobs,
    private readonly transactions: Transactions,
    private readonly deliveries: DeliveriesRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting old deliveries', () => this.purge());
  }

  /** A batch in a transaction, so that nobody waits long for it. */
  private async purge(): Promise<void> {
    const limit = this.clock.now().getTime() - KEPT_MS;
    let seqs: number[];
    do {
      seqs = await this.deliveries.findEndedBefore(limit, BATCH);
      if (seqs.length > 0) await this.transactions.run((tx) => this.deliveries.deleteAll(tx, seqs));
    } while (seqs.length === BATCH);
  }
}
