import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlReader } from '../database/sql-reader.js';

const COUNT_APPLIED = 'SELECT COUNT(*) AS applied FROM migrations';

/** What the database is asked to know that it serves. */
@Injectable()
export class HealthRepository {
  constructor(
    private readonly source: DataSource,
    private readonly sql: SqlReader,
  ) {}

  /** How many of the migrations of this version the database has not had. Throws where it does not answer. */
  async countPendingMigrations(): Promise<number> {
    const [row] = await this.sql.query<{ applied: number | string }>(COUNT_APPLIED, []);
    return this.source.migrations.length - Number(row!.applied);
  }
}
