import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import { ProcessRole } from '../config/process-role.js';
import { Secrets } from '../crypto/secrets.js';
import { takeDataDirectory } from './data-directory.js';
import { cannot, describeDatabase, openDataSource, openReadDataSource } from './data-source.js';
import { ChangeFeed } from './change-feed.js';
import { DatabaseLogger } from './database-logger.js';
import { RetentionJobs } from './retention-jobs.js';
import { PlannerStatistics } from './planner-statistics.js';
import { prepare, requirePrepared } from './schema-check.js';
import { SqlReader } from './sql-reader.js';
import { endSilentConnections } from './socket-timeout.js';
import type { FileLock } from './file-lock.js';
import { Transactions } from './transactions.js';

/** The lock on the data directory, or null where there is none to hold: see `takeDataDirectory` and `ProcessRole`. */
const DataDirectoryLock = Symbol('DataDirectoryLock');

/** Opens the database, brings it up to date and offers the two ways to use it: `Transactions` and `SqlReader`. */
@Global()
@Module({
  providers: [
    Clock,
    DatabaseLogger,
    {
      provide: DataDirectoryLock,
      inject: [Config, ProcessRole],
      useFactory: (config: Config, role: ProcessRole) => (role.isServer ? takeDataDirectory(config) : null),
    },
    {
      provide: DataSource,
      inject: [Config, ProcessRole, Secrets, Clock, DatabaseLogger, DataDirectoryLock],
      useFactory: async (
        config: Config,
        role: ProcessRole,
        secrets: Secrets,
        clock: Clock,
        logger: DatabaseLogger,
      ) => {
        const source = await openDataSource(config, logger);
        try {
          await (role.isServer ? prepare(source, secrets, clock) : requirePrepared(source, secrets));
        } catch (error) {
          throw cannot(`use the ${describeDatabase(config)}`, error);
        }
        if (config.databaseUrl) endSilentConnections(source);
        return source;
      },
    },
    {
      provide: SqlReader,
      inject: [Config, DataSource, DatabaseLogger],
      useFactory: async (config: Config, write: DataSource, logger: DatabaseLogger) =>
        new SqlReader(await openReadDataSource(config, write, logger)),
    },
    Transactions,
    RetentionJobs,
    ChangeFeed,
    PlannerStatistics,
  ],
  exports: [Clock, DataSource, SqlReader, Transactions, RetentionJobs, ChangeFeed],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly source: DataSource,
    private readonly reads: SqlReader,
    @Inject(DataDirectoryLock) private readonly lock: FileLock | null,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.reads.close();
    if (this.source.isInitialized) await this.source.destroy();
    this.lock?.release();
  }
}
