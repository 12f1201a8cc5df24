import { Injectable } from '@nestjs/common';
import { Unavailable } from '../problems/common.problems.js';
import { HealthDto } from './health.dto.js';
import { HealthRepository } from './health.repository.js';

const RETRY_SOON = 5;

/** Tells whoever starts and balances processes how this one is. */
@Injectable()
export class HealthService {
  private stopping = false;

  constructor(private readonly health: HealthRepository) {}

  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Throws `Unavailable` while requests should go elsewhere. */
  async ready(): Promise<HealthDto> {
    if (this.isStopping) throw new Unavailable('The server is stopping.', { retryAfter: RETRY_SOON });
    if ((await this.health.countPendingMigrations()) > 0)
      throw new Unavailable('The database is not up to date.', { retryAfter: RETRY_SOON });
    return { status: 'ok' };
  }

  /** Whether the server finishes what is running and takes nothing new. */
  get isStopping(): boolean {
    return this.stopping;
  }

  stop(): void {
    this.stopping = true;
  }
}
