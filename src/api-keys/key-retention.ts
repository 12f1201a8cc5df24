import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import { Transactions } from '../database/transactions.js';
import { ApiKeysRepository } from './api-keys.repository.js';

const KEPT_MS = 90 * 24 * 3_600_000;

/** Forgets revoked keys, and tokens that were rotated away, 90 days after their end: until then their use is told from noise. */
@Injectable()
export class KeyRetention implements OnModuleInit {
  constructor(
    private readonly retention: RetentionJobs,
    private readonly transactions: Transactions,
    private readonly keys: ApiKeysRepository,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting revoked API keys', () => this.purge());
  }

  private async purge(): Promise<void> {
    const limit = new Date(this.clock.now().getTime() - KEPT_MS);
    await this.transactions.run((tx) => this.keys.deleteEndedBefore(tx, limit));
  }
}
