import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generatePassword } from './accounts/generated-password.js';
import { AppModule } from './app.module.js';
import { configureApp, httpAdapter } from './app.setup.js';
import { SignInService } from './sessions/sign-in.service.js';
import { type Config, loadConfig } from './config/config.js';
import { MasterSecret } from './crypto/master-secret.js';
import { describeDatabase } from './database/data-source.js';
import { OwnOrigin } from './http/own-origin.js';
import { JsonLogger } from './logging/logger.js';
import { KnownProcesses } from './egress/known-processes.js';
import { exitWith, failureOf } from './process/failure.js';
import { greet } from './process/greeting.js';
import { cannotListen, localOrigin, requireFreePort } from './process/listening.js';
import { endOfLifeWarning } from './process/node-version.js';
import { stopOnSignal } from './process/shutdown.js';

/** Starts the server. What keeps it from starting is one clear message and an exit code other than 0. */
export async function start(): Promise<void> {
  try {
    const config = loadConfig();
    await requireFreePort(config);
    const { app, workAhead } = await create(config);
    stopOnSignal(app);
    await listen(app, config, workAhead);
    process.stdout.write(await greetingOf(app, config));
    const warning = endOfLifeWarning(process.versions.node);
    if (warning) new Logger('Start').warn(warning);
  } catch (error) {
    exitWith(failureOf(error));
  }
}

/** Work that the first request would have to wait for, and all others with it. */
type WorkAhead = () => Promise<unknown>;

async function create(config: Config): Promise<{ app: NestFastifyApplication; workAhead: WorkAhead }> {
  const logger = new JsonLogger(config.logLevel);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), httpAdapter(config), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
  return { app, workAhead: await configureApp(app) };
}

async function listen(app: NestFastifyApplication, config: Config, workAhead: WorkAhead): Promise<void> {
  await app.init();
  // What of it the event loop has to do is done when this returns; the rest is not waited for.
  if (config.role !== 'worker') void workAhead().catch((fault: Error) => new Logger('Start').error(fault));
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    throw cannotListen(config, error);
  }
  await app.get(KnownProcesses).announce(portOf(app));
  app.get(OwnOrigin).listening = localOrigin(config.host, portOf(app));
}

const portOf = (app: NestFastifyApplication): number => (app.getHttpServer().address() as AddressInfo).port;

async function greetingOf(app: NestFastifyApplication, config: Config): Promise<string> {
  return greet({
    origin: config.publicUrl ?? localOrigin(config.host, portOf(app)),
    servesApi: config.role !== 'worker',
    hasDocs: config.docs === 'on',
    database: describeDatabase(config),
    mailServer: config.smtpUrl?.host ?? null,
    hasPublicUrl: config.publicUrl !== null,
    newSecretFile: app.get(MasterSecret).generatedIn,
    signUp: await app.get(SignInService).signUpPolicy(),
    suggestedPassword: generatePassword(),
  });
}
