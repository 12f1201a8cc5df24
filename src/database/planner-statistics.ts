import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { dialect } from '../config/dialect.js';
import { RetentionJobs } from './retention-jobs.js';
import { Transactions } from './transactions.js';

const HOUR_MS = 3_600_000;

/** Rows of each index that are looked at: with more of them nothing else could run for longer. */
const SAMPLE = 400;

/** Analyse what needs it, also tables that this connection has not asked of (the default, and 0x10000). */
const ALL_TABLES = '0x10002';

/**
 * Has SQLite look once an hour at what its tables hold: otherwise it takes each index for equally good, and may
 * go through a million rows in search of one. MySQL and MariaDB do so by themselves.
 */
@Injectable()
export class PlannerStatistics implements OnModuleInit {
  private last = -Infinity;

  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly retention: RetentionJobs,
  ) {}

  onModuleInit(): void {
    if (dialect === 'sqlite') this.retention.add('Analysing tables', () => this.refresh());
  }

  private async refresh(): Promise<void> {
    const now = this.clock.now().getTime();
    if (now >= this.last && now < this.last + HOUR_MS) return;
    await this.transactions.run(async ({ manager }) => {
      await manager.query(`PRAGMA analysis_limit = ${SAMPLE}`);
      await manager.query(`PRAGMA optimize = ${ALL_TABLES}`);
    });
    this.last = now;
  }
}
