import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ProcessRole } from '../../config/process-role.js';
import { Prober } from '../result/probe-result.js';
import { CheckRetention } from '../storage/retention.js';
import { UptimeRefresh } from '../storage/uptime-refresh.js';
import { CheckEngine } from './check-engine.js';
import { HEARTBEAT_MS } from './shard-leases.js';
import { AssignedMonitors } from './assigned-monitors.js';
import { ProcessHealth } from './process-health.js';

const FOLLOW_MS = 1_000;
const CHORE_MS = 5_000;

/** The longest sleep: a wall clock that is set may make any plan obsolete. */
const LONGEST_SLEEP_MS = 1_000;

/** How long checks in flight may go on when the process stops. */
const FINISH_MS = 10_000;

/** Something done again and again, each time some while after it was done. */
interface Loop {
  readonly name: string;
  readonly every: number;
  readonly work: () => Promise<unknown>;
}

/** Drives the engine in a process that makes checks. */
@Injectable()
export class CheckWorker implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Checks');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly failing = new Set<string>();
  private sleep: NodeJS.Timeout | null = null;
  private isPumpPlanned = false;
  private isStopped = false;
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly role: ProcessRole,
    private readonly engine: CheckEngine,
    private readonly health: ProcessHealth,
    private readonly prober: Prober,
    private readonly monitors: AssignedMonitors,
    private readonly retention: CheckRetention,
    private readonly uptimes: UptimeRefresh,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.role.isWorker) return;
    this.health.start();
    this.engine.onWorkAvailable = () => this.startSoon();
    await this.attempt({ name: 'Taking leases', every: 0, work: () => this.engine.renewLeases() });
    this.repeat({ name: 'Renewing leases', every: HEARTBEAT_MS, work: () => this.engine.renewLeases() });
    this.repeat({ name: 'Following changes', every: FOLLOW_MS, work: () => this.engine.syncChanges() });
    const { monitors } = this;
    this.repeat({
      name: 'Removing old checks',
      every: CHORE_MS,
      work: () => this.retention.sweep(monitors.shards),
    });
    this.repeat({
      name: 'Refreshing uptimes',
      every: CHORE_MS,
      work: () => this.uptimes.refresh(monitors.shards),
    });
  }

  /** Has `work` done every so often in a process that makes checks, until it stops. */
  repeat(loop: Loop): void {
    const turn = async (): Promise<void> => {
      const work = this.attempt(loop);
      this.running.set(loop.name, work);
      await work;
      if (!this.isStopped)
        this.timers.set(
          loop.name,
          setTimeout(() => void turn(), loop.every),
        );
    };
    void turn();
  }

  /** One round of everything, for who moves the clock by hand. */
  async runOnce(): Promise<void> {
    await this.engine.renewLeases();
    await this.engine.syncChanges();
    for (this.engine.startDueChecks(); this.engine.inFlightCount > 0; this.engine.startDueChecks())
      await this.engine.finishInFlight();
    await this.engine.flush();
  }

  /** Before the server waits for its requests: some wait for checks. */
  beforeApplicationShutdown(): void {
    this.isStopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    if (this.sleep) clearTimeout(this.sleep);
    this.engine.stop();
    this.finished = this.finish();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.running.values(), this.finished]);
    if (this.role.isWorker)
      await this.attempt({ name: 'Leaving', every: 0, work: () => this.engine.releaseLeases() });
    await this.prober.close();
    this.health.stop();
  }

  /** Lets what is in flight end. A check that is not done in time tells nothing. */
  private async finish(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise((resolve) => (timer = setTimeout(resolve, FINISH_MS)));
    await Promise.race([this.engine.finishInFlight(), deadline]);
    clearTimeout(timer);
    await this.prober.close();
    await this.engine.finishInFlight();
  }

  private async attempt({ name, work }: Loop): Promise<void> {
    try {
      await work();
      if (this.failing.delete(name)) this.logger.log(`${name} works again`);
    } catch (error) {
      if (!this.failing.has(name))
        this.logger.warn(`${name} failed, and is tried again: ${(error as Error).message.split('\n')[0]}`);
      this.failing.add(name);
    }
  }

  private startSoon(): void {
    if (this.isPumpPlanned || this.isStopped) return;
    this.isPumpPlanned = true;
    setImmediate(() => {
      this.isPumpPlanned = false;
      if (!this.isStopped) this.startDueChecks();
    });
  }

  private startDueChecks(): void {
    if (this.sleep) clearTimeout(this.sleep);
    const next = this.engine.startDueChecks();
    const delay = next === null ? LONGEST_SLEEP_MS : next - this.clock.now().getTime();
    this.sleep = setTimeout(() => this.startDueChecks(), Math.min(LONGEST_SLEEP_MS, Math.max(1, delay)));
  }
}
