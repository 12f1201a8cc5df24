import { networkInterfaces } from 'node:os';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Config } from '../config/config.js';
import { ProcessRole } from '../config/process-role.js';
import { Transactions } from '../database/transactions.js';
import { Outbound } from './outbound.js';
import { ProcessEndpointsRepository } from './process-endpoints.repository.js';

const READ_MS = 5_000;
const RENEW_MS = 60_000;

/** Much longer than a process can stand still: one that listens again must not have been forgotten. */
const KEPT_MS = 10 * 60_000;

/**
 * Keeps closed to the requests of this process where any process of the installation listens, and its database and
 * mail server: each tells the others by a row of its own. What was read last stays closed while the database is away.
 * A process on SQLite is alone.
 */
@Injectable()
export class KnownProcesses implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Egress');
  private readonly me = newId('prc');
  private readonly isShared: boolean;
  private timers: NodeJS.Timeout[] = [];
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    role: ProcessRole,
    private readonly outbound: Outbound,
    private readonly transactions: Transactions,
    private readonly processes: ProcessEndpointsRepository,
  ) {
    this.isShared = role.isServer && config.databaseUrl !== null;
  }

  /** Before any request is sent. */
  async onModuleInit(): Promise<void> {
    if (this.isShared) await this.read();
  }

  /** Closes `port`, which this process listens on since a moment ago, to itself and to the others. */
  async announce(port: number): Promise<void> {
    this.outbound.closeOwnPort(port);
    if (!this.isShared) return;
    await this.renew(port);
    this.timers = [
      setInterval(() => this.work('reading where others listen', () => this.read()), READ_MS),
      setInterval(() => this.work('telling others where it listens', () => this.renew(port)), RENEW_MS),
    ];
    for (const timer of this.timers) timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.working;
    if (this.timers.length > 0) this.work('leaving', () => this.leave());
    await this.working;
  }

  private work(what: string, task: () => Promise<unknown>): void {
    this.working = this.working.then(() => this.attempt(what, task));
  }

  private async attempt(what: string, task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.logger.warn(`Failed at ${what}: ${(error as Error).message.split('\n', 1)[0]}`);
    }
  }

  private async read(): Promise<void> {
    this.outbound.closeOthers(await this.processes.findEndpoints());
  }

  private async renew(port: number): Promise<void> {
    const listening = addressesOf(this.config.host).map((host) => ({ host, port }));
    const endpoints = { ports: [port], services: [...listening, ...this.outbound.ownServices] };
    await this.transactions.run(async (tx) => {
      await this.processes.deleteEnded(tx);
      await this.processes.replace(tx, this.me, endpoints, KEPT_MS);
    });
  }

  private leave(): Promise<unknown> {
    return this.transactions.run((tx) => this.processes.delete(tx, { id: this.me }));
  }
}

/** Where a server that listens on `host` is reached by others; on the loopback by nobody. */
function addressesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host];
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return own.filter(({ internal }) => !internal).map(({ address }) => address);
}
