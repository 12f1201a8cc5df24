import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { configureApp, httpAdapter } from './app.setup.js';
import { StartError } from './common/start-error.js';
import { type Config, ConfigurationError, loadConfig } from './config/config.js';
import { JsonLogger } from './logging/logger.js';

/** Starts the server. What keeps it from starting is one clear message and an exit code other than 0. */
export async function start(): Promise<void> {
  try {
    const config = loadConfig();
    const app = await create(config);
    await app.listen(config.port, config.host);
  } catch (error) {
    fail(error);
  }
}

async function create(config: Config): Promise<NestFastifyApplication> {
  const logger = new JsonLogger(config.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), httpAdapter(config), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  await configureApp(app);
  return app;
}

function fail(error: unknown): never {
  if (error instanceof ConfigurationError) exit(error.message, ConfigurationError.exitCode);
  if (error instanceof StartError) exit(error.message, StartError.exitCode);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL')
    exit(`Cannot listen: ${message}`, 1);
  throw error;
}

function exit(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
