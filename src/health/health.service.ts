import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlReader } from '../database/sql-reader.js';
import { Unavailable } from '../problems/common.problems.js';
import { HealthDto } from './health.dto.js';

const RETRY_SOON = 5;

/** Tells whoever starts and balances processes how this one is. */
@Injectable()
export class HealthService {
  private stopping = false;

  constructor(
    private readonly source: DataSource,
    private readonly reads: SqlReader,
  ) {}

  live(): HealthDto {
    return { status: 'ok' };
  }

  /** Throws `Unavailable` while requests should go elsewhere. */
  async ready(): Promise<HealthDto> {
    if (this.isStopping) throw new Unavailable('The server is stopping.', { retryAfter: RETRY_SOON });
    const migrations = this.source.migrations.length;
    const [row] = await this.reads.query<{ applied: number | string }>(
      'SELECT COUNT(*) AS applied FROM migrations',
      [],
    );
    if (Number(row!.applied) < migrations)
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
