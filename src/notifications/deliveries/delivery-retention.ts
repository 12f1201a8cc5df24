import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { RetentionJobs } from '../../database/retention-jobs.js';
import { SqlReader } from '../../database/sql-reader.js';
import { Transactions } from '../../database/transactions.js';
import { sqlList } from './delivery-rows.js';

const KEPT_MS = 90 * 24 * 3_600_000;
const BATCH = 1_000;

const ENDED = `SELECT d.seq FROM deliveries d WHERE d.createdAt < ? AND d.status <> 'pending' ORDER BY d.createdAt LIMIT ${BATCH}`;

/** Forgets deliveries 90 days after they were recorded, unless they are still to be sent. */
@Injectable()
export class DeliveryRetention implements OnModuleInit {
  constructor(
    private readonly retention: RetentionJobs,
    private readonly reads: SqlReader,
    private readonly transactions: Transactions,
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
      const rows = await this.reads.query<{ seq: number }>(ENDED, [limit]);
      seqs = rows.map(({ seq }) => seq);
      if (seqs.length > 0)
        await this.transactions.run(({ manager }) =>
          manager.query(`DELETE FROM deliveries WHERE seq IN ${sqlList(seqs)}`, seqs),
        );
    } while (seqs.length === BATCH);
  }
}
