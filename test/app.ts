import 'reflect-metadata';
import type { Abstract, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { LastUsedTracker } from '../src/auth/last-used-tracker.js';
import { AppModule } from '../src/app.module.js';
import { configureApp, httpAdapter } from '../src/app.setup.js';
import { CheckEngine } from '../src/checks/worker/check-engine.js';
import { CheckWorker } from '../src/checks/worker/check-worker.js';
import { ShardLeases } from '../src/checks/worker/shard-leases.js';
import { Prober } from '../src/checks/result/probe-result.js';
import { Clock } from '../src/common/clock.js';
import { loadConfig } from '../src/config/config.js';
import { DatabaseLogger } from '../src/database/database-logger.js';
import { Transactions } from '../src/database/transactions.js';
import { JsonLogger } from '../src/logging/logger.js';
import { FakeProber } from './fake-prober.js';
import { Given } from './given.js';
import { HttpClient } from './http-client.js';
import { StatementWatch } from './statement-watch.js';
import { newTestDatabase, type TestDatabase } from './test-database.js';
import { TestClock } from './test-clock.js';

/** It does nothing by itself: tests have it make checks and send messages when they like. */
const ROLE = { isServer: true, isWorker: false, servesApi: true };

/** What a test server is started with unless it says otherwise. */
const DEFAULTS = { HOST: '127.0.0.1', PORT: '0', SIGN_UP: 'open', RATE_LIMIT: 'off', LOG_LEVEL: 'silent' };

interface Options {
  /** Environment variables of the server. */
  readonly env?: Record<string, string>;
  /** A database that another server uses too; otherwise a fresh one, gone when the server stops. */
  readonly database?: TestDatabase;
  /** Where the log goes. */
  readonly log?: { write(line: string): void };
}

/**
 * The whole application, listening on a socket, on a fresh migrated database, with the few things tests ask of
 * it. One at a time: Passport keeps its strategies for the whole process, so a second one would answer for both.
 */
export class TestApp {
  readonly given = new Given(this);
  private readonly clients: HttpClient[] = [];

  private constructor(
    private readonly nest: NestFastifyApplication,
    readonly clock: TestClock,
    readonly statements: StatementWatch,
    /** What stands in for the network of monitors. */
    readonly prober: FakeProber,
    private readonly database: TestDatabase,
    private readonly ownsDatabase: boolean,
    readonly origin: string,
  ) {}

  static async start({ env = {}, database, log }: Options = {}): Promise<TestApp> {
    const store = database ?? (await newTestDatabase());
    const config = loadConfig({ ...DEFAULTS, ...(log && { LOG_LEVEL: 'debug' }), ...store.env, ...env });
    const clock = new TestClock();
    const statements = new StatementWatch();
    const prober = new FakeProber();
    const module = await Test.createTestingModule({ imports: [AppModule.of(config, ROLE)] })
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(DatabaseLogger)
      .useValue(statements)
      .overrideProvider(Prober)
      .useValue(prober)
      .compile();
    const nest = module.createNestApplication<NestFastifyApplication>(httpAdapter(config), {
      bodyParser: false,
      logger: log ? new JsonLogger('debug', log) : false,
    });
    await configureApp(nest);
    await nest.listen(0, '127.0.0.1');
    const { port } = nest.getHttpServer().address() as { port: number };
    await takeAllMonitors(nest);
    statements.start();
    statements.watch(nest.get(Transactions, { strict: false }));
    return new TestApp(nest, clock, statements, prober, store, !database, `http://127.0.0.1:${port}`);
  }

  /** Ends the server. Fails when a statement wrote outside a transaction, or was executed beside the one it belongs to. */
  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.nest.close();
    this.clock.restore();
    if (this.ownsDatabase) await this.database.drop();
    if (this.statements.autocommits.length > 0)
      throw new Error(`Written outside a transaction:\n${this.statements.autocommits.join('\n')}`);
    if (this.statements.strays.length > 0)
      throw new Error(`Executed beside the transaction:\n${this.statements.strays.join('\n')}`);
  }

  get<T>(token: Type<T> | Abstract<T>): T {
    return this.nest.get(token, { strict: false });
  }

  /** Makes every check that is due, and stores what came of it. */
  async check(): Promise<void> {
    await this.get(CheckWorker).runOnce();
  }

  /** Waits until the last uses that answers did not wait for are noted. */
  async settled(): Promise<void> {
    await this.get(LastUsedTracker).onApplicationShutdown();
  }

  get dataSource(): DataSource {
    return this.get(DataSource);
  }

  /** A caller without a credential. */
  get anyone(): HttpClient {
    return this.client();
  }

  bearing(token: string): HttpClient {
    return this.client({ authorization: `Bearer ${token}` });
  }

  private client(headers: Record<string, string> = {}): HttpClient {
    const client = new HttpClient(this.origin, headers);
    this.clients.push(client);
    return client;
  }
}

/** Has the engine of a test hold every shard, for as long as the test runs, and make the checks that are asked for. */
async function takeAllMonitors(nest: NestFastifyApplication): Promise<void> {
  const engine = nest.get(CheckEngine, { strict: false });
  await engine.renewLeases();
  nest.get(ShardLeases, { strict: false }).isValid = () => true;
  engine.onWorkAvailable = () => setImmediate(() => engine.startDueChecks());
}
