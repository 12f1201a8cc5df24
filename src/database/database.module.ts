import { mkdirSync } from 'node:fs';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.js';
import { StartError } from '../common/start-error.js';
import { Config } from '../config/config.js';
import { Secrets } from '../crypto/secrets.js';
import { openDataSource, openReadDataSource } from './data-source.js';
import { DatabaseLogger } from './database-logger.js';
import { checkSecret, migrate } from './migrate.js';
import { Housekeeping } from './housekeeping.js';
import { Reads } from './reads.js';
import { lockDataDirectory } from './single-process.js';
import { Transactions } from './transactions.js';

/** The lock on the data directory, or nothing where the database serves many processes. */
const DataDirectoryLock = Symbol('DataDirectoryLock');

function takeDataDirectory(config: Config): { release(): void } | null {
  if (config.databaseUrl) return null;
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    return lockDataDirectory(config.dataDir);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`Cannot write to the data directory ${config.dataDir}: ${(error as Error).message}`);
  }
}

/** Opens the database, brings it up to date and offers the two ways to use it: `Transactions` and `Reads`. */
@Global()
@Module({
  providers: [
    Clock,
    DatabaseLogger,
    { provide: DataDirectoryLock, inject: [Config], useFactory: takeDataDirectory },
    {
      provide: DataSource,
      inject: [Config, Secrets, Clock, DatabaseLogger, DataDirectoryLock],
      useFactory: async (config: Config, secrets: Secrets, clock: Clock, logger: DatabaseLogger) => {
        const source = await openDataSource(config, logger);
        await migrate(source);
        await checkSecret(source, secrets, clock);
        return source;
      },
    },
    {
      provide: Reads,
      inject: [Config, DataSource, DatabaseLogger],
      useFactory: async (config: Config, write: DataSource, logger: DatabaseLogger) =>
        new Reads(await openReadDataSource(config, write, logger)),
    },
    Transactions,
    Housekeeping,
  ],
  exports: [Clock, DataSource, Reads, Transactions, Housekeeping],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly source: DataSource,
    private readonly reads: Reads,
    @Inject(DataDirectoryLock) private readonly lock: ReturnType<typeof takeDataDirectory>,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.reads.close();
    if (this.source.isInitialized) await this.source.destroy();
    this.lock?.release();
  }
}
