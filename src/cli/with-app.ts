import { existsSync } from 'node:fs';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { destination } from 'pino';
import { AppModule } from '../app.module.js';
import { StartError } from '../common/start-error.js';
import { type Config, loadConfig } from '../config/config.js';
import { sqliteFile } from '../config/data-files.js';
import { command } from '../config/process-role.js';
import { JsonLogger } from '../logging/logger.js';

const STDERR = 2;

/**
 * Does `work` with the application, which does not listen, on a database that is there already. A server
 * may be running on it.
 */
export async function withApp<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const config = loadConfig();
  requireDatabase(config);
  const app = await NestFactory.createApplicationContext(AppModule.of(config, command), {
    logger: new JsonLogger('warn', destination({ fd: STDERR, sync: true })),
    abortOnError: false,
  });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** A mistyped `DATA_DIR` would otherwise begin a new database. */
function requireDatabase(config: Config): void {
  if (!config.databaseUrl && !existsSync(sqliteFile(config)))
    throw new StartError(
      `There is no database in ${config.dataDir}. Set DATA_DIR or DATABASE_URL as the server has them.`,
    );
}
