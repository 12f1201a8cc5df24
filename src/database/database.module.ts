import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import { ProcessRole } from '../config/process-role.js';
import { Secrets } from '../crypto/secrets.js';
import { ChangeFeed } from './change-feed.js';
import { ChangeFeedEntry, ChangeFeedVersion } from './change-feed.entity.js';
import { Connections } from './connections.js';
import { takeDataDirectory } from './data-directory.js';
import { cannot, describeDatabase, openDataSource, openReadDataSource } from './data-source.js';
import { DatabaseLogger } from './database-logger.js';
import type { FileLock } from './file-lock.js';
import { Instance } from './instance.entity.js';
import { InstanceRepository } from './instance.repository.js';
import { PlannerStatistics } from './planner-statistics.js';
import { ReencryptionRegistry } from './reencryption-registry.js';
import { RetentionJobs } from './retention-jobs.js';
import { prepare, requirePrepared } from './schema-check.js';
import { endSilentConnections } from './socket-timeout.js';
import { SqlReader } from './sql-reader.js';
import { Transactions } from './transactions.js';

/** The lock on the data directory, or null where there is none to hold: see `takeDataDirectory` and `ProcessRole`. */
const DataDirectoryLock = Symbol('DataDirectoryLock');

/** The connection that only reads. */
const READ = 'read';

/** What must be there before a connection is opened. */
@Module({
  providers: [
    Clock,
    Connections,
    DatabaseLogger,
    {
      provide: DataDirectoryLock,
      inject: [Config, ProcessRole],
      useFactory: (config: Config, role: ProcessRole) => (role.isServer ? takeDataDirectory(config) : null),
    },
  ],
  exports: [Clock, Connections, DatabaseLogger, DataDirectoryLock],
})
class DataDirectoryModule {}

/** Options that say themselves how the connection is opened: `TypeOrmModule` hands nothing else to its factory. */
type Opening = TypeOrmModuleOptions & { readonly open: (options: DataSourceOptions) => Promise<DataSource> };

const opened = {
  dataSourceFactory: (options?: DataSourceOptions) => (options as unknown as Opening).open(options!),
};
/** Whoever starts the program is told at once: a supervisor tries again. */
const once = { toRetry: () => false } as const;

const writing = TypeOrmModule.forRootAsync({
  imports: [DataDirectoryModule],
  inject: [Config, ProcessRole, Secrets, Clock, DatabaseLogger, Connections, DataDirectoryLock],
  useFactory: (
    config: Config,
    role: ProcessRole,
    secrets: Secrets,
    clock: Clock,
    logger: DatabaseLogger,
    connections: Connections,
  ) => {
    const open = async ({ entities }: DataSourceOptions): Promise<DataSource> => {
      const source = connections.add(await openDataSource(config, { entities, logger }));
      try {
        await (role.isServer ? prepare(source, secrets, clock) : requirePrepared(source, secrets));
      } catch (error) {
        throw cannot(`use the ${describeDatabase(config)}`, error);
      }
      if (config.databaseUrl) endSilentConnections(source);
      return source;
    };
    return { ...once, autoLoadEntities: true, open } as Opening;
  },
  ...opened,
});

/** A repository reads through it outside of transactions; on MySQL and MariaDB it is the connection that writes. */
const reading = TypeOrmModule.forRootAsync({
  name: READ,
  imports: [DataDirectoryModule],
  inject: [Config, DataSource, DatabaseLogger, Connections],
  useFactory: (config: Config, write: DataSource, logger: DatabaseLogger, connections: Connections) => {
    const open = async () => connections.add(await openReadDataSource(config, write, logger));
    return { ...once, open } as unknown as Opening;
  },
  ...opened,
});

/** Opens the database, brings it up to date and offers the two ways to use it: `Transactions` and `SqlReader`. */
@Global()
@Module({
  imports: [
    DataDirectoryModule,
    writing,
    reading,
    TypeOrmModule.forFeature([Instance, ChangeFeedEntry, ChangeFeedVersion]),
  ],
  providers: [
    {
      provide: SqlReader,
      inject: [getDataSourceToken(READ)],
      useFactory: (source: DataSource) => new SqlReader(source),
    },
    Transactions,
    InstanceRepository,
    ReencryptionRegistry,
    RetentionJobs,
    ChangeFeed,
    PlannerStatistics,
  ],
  exports: [
    DataDirectoryModule,
    TypeOrmModule,
    SqlReader,
    Transactions,
    InstanceRepository,
    ReencryptionRegistry,
    RetentionJobs,
    ChangeFeed,
  ],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly connections: Connections,
    @Inject(DataDirectoryLock) private readonly lock: FileLock | null,
  ) {}

  /** The directory is another server's once nothing of it is open any more. */
  async onApplicationShutdown(): Promise<void> {
    try {
      await this.connections.close();
    } finally {
      this.lock?.release();
    }
  }
}
