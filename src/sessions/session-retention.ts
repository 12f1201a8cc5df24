import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { RetentionJobs } from '../database/retention-jobs.js';
import { Transactions } from '../database/transactions.js';
import { SessionsRepository } from './sessions.repository.js';

/** Forgets sessions once their longest time is over. Until then one that ended early is known as revoked. */
@Injectable()
export class SessionRetention implements OnModuleInit {
  constructor(
    private readonly retention: RetentionJobs,
    private readonly sessions: SessionsRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.add('Forgetting ended sessions', () =>
      this.transactions.run((tx) => this.sessions.deleteExpired(tx, this.clock.now())),
    );
  }
}
