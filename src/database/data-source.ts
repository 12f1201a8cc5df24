import { Logger as NestLogger } from '@nestjs/common';
import { createConnection } from 'mysql2/promise';
import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import type { Config } from '../config/config.js';
import type { DatabaseServer } from '../config/database-url.js';
import { makePrivate, narrow, sqliteFile, sqliteFiles } from '../config/data-files.js';
import { migrations } from './migrations/index.js';
import { STATEMENT_TIMEOUT_MS } from './deadline.js';
import { nativeModuleFailure } from '../common/native-module.js';
import { StartError } from '../common/start-error.js';
import { tlsFailure } from './tls-failure.js';
import { beginImmediately } from './typeorm-internals.js';

/** What a connection needs to know beside where the database is. */
interface Equipment {
  /** The tables. */
  readonly entities: DataSourceOptions['entities'];
  readonly logger?: Logger | undefined;
}

const common = ({ entities, logger }: Equipment) => ({
  entities: entities ?? [],
  migrations,
  migrationsTransactionMode: 'each' as const,
  synchronize: false,
  ...(logger ? { logger, logging: true as const } : { logging: false as const }),
});

/** Only what is used of better-sqlite3's connection. */
interface SqliteConnection {
  pragma(statement: string): unknown;
  prepare(sql: string): unknown;
}

const sqlite = (config: Config, readonly: boolean, equipment: Equipment): DataSourceOptions => ({
  ...common(equipment),
  type: 'better-sqlite3',
  database: sqliteFile(config),
  readonly,
  timeout: STATEMENT_TIMEOUT_MS,
  prepareDatabase: (connection: SqliteConnection) => {
    connection.pragma('foreign_keys = ON');
    if (readonly) return;
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    beginImmediately(connection);
  },
});

/**
 * How many statements each connection keeps prepared. The server has room for 16,382 of all connections of all
 * its users (`max_prepared_stmt_count`), and then fails whoever prepares one more.
 */
const preparedOf = (poolSize: number): number => Math.max(25, Math.floor(2_000 / poolSize));

async function mysql(
  server: DatabaseServer,
  poolSize: number,
  equipment: Equipment,
): Promise<DataSourceOptions> {
  const { tls, ...connection } = server;
  return {
    ...common(equipment),
    ...connection,
    ...(tls && { ssl: tls }),
    type: (await isMariaDb(server)) ? 'mariadb' : 'mysql',
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize,
    connectTimeout: 2_000,
    supportBigNumbers: true,
    extra: { enableKeepAlive: true, maxPreparedStatements: preparedOf(poolSize) },
  };
}

/** Asks the server itself: `mysql://` is also how most people write the address of a MariaDB. */
async function isMariaDb({ username: user, tls, ...server }: DatabaseServer): Promise<boolean> {
  const connection = await createConnection({
    ...server,
    user,
    ...(tls && { ssl: tls }),
    connectTimeout: 5_000,
  });
  try {
    const [rows] = await connection.query('SELECT VERSION() AS version');
    return /mariadb/i.test((rows as Array<{ version: string }>)[0]!.version);
  } finally {
    connection.destroy();
  }
}

/** The connection that writes, opened. On MySQL and MariaDB it also reads. Throws `StartError`. */
export async function openDataSource(config: Config, equipment: Equipment): Promise<DataSource> {
  try {
    if (!config.databaseUrl) keepFilesPrivate(config);
    return await new DataSource(
      config.databaseUrl
        ? await mysql(config.databaseUrl, config.databasePoolSize, equipment)
        : sqlite(config, false, equipment),
    ).initialize();
  } catch (error) {
    throw cannot(`open the ${describeDatabase(config)}`, error);
  }
}

/** Nobody else on this machine reads what is in the database, whatever the directory lets them see. */
function keepFilesPrivate(config: Config): void {
  makePrivate(sqliteFile(config));
  for (const warning of sqliteFiles(config).map(narrow))
    if (warning !== null) new NestLogger('Database').warn(warning);
}

/** Which database it is, for the operator: without user and password. */
export const describeDatabase = ({ databaseUrl, ...config }: Config): string => {
  if (!databaseUrl) return `SQLite file ${sqliteFile(config as Config)}`;
  const { database, host, port, tls } = databaseUrl;
  return `database ${database} at ${host.includes(':') ? `[${host}]` : host}:${port}${tls ? ' over TLS' : ''}`;
};

/** What kept the database from being used, as one line. An error of several addresses has only a code. */
export function cannot(what: string, error: unknown): StartError {
  if (error instanceof StartError) return error;
  const unloaded = nativeModuleFailure(error);
  if (unloaded) return unloaded;
  const { message, code } = error as NodeJS.ErrnoException;
  const reason = tlsFailure(error) ?? (message || code || String(error)).split('\n', 1)[0];
  return new StartError(`Cannot ${what}: ${reason}`);
}

/** The connection that reads: on SQLite a second, read-only one to the same file. */
export const openReadDataSource = async (
  config: Config,
  write: DataSource,
  logger?: Logger,
): Promise<DataSource> => {
  const { entities } = write.options;
  return config.databaseUrl ? write : new DataSource(sqlite(config, true, { entities, logger })).initialize();
};
